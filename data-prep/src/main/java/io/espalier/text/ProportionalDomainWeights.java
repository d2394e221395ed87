package io.espalier.text;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.Map;
import java.util.TreeMap;

/** Every domain by its share of the text. */
@JsonTypeName("proportional")
public record ProportionalDomainWeights() implements DomainWeights {
  private static final long serialVersionUID = 1L;

  @Override
  public Map<String, Double> weights(Map<String, Long> bytes) {
    Map<String, Double> weights = new TreeMap<>();
    bytes.forEach((domain, count) -> weights.put(domain, count.doubleValue()));
    return weights;
  }
}
