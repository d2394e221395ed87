package io.espalier.text;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.Map;
import java.util.TreeMap;

/** Every domain as much as any other. */
@JsonTypeName("balanced")
public record BalancedDomainWeights() implements DomainWeights {
  private static final long serialVersionUID = 1L;

  @Override
  public Map<String, Double> weights(Map<String, Long> bytes) {
    Map<String, Double> weights = new TreeMap<>();
    bytes.keySet().forEach(domain -> weights.put(domain, 1.0));
    return weights;
  }
}
