package io.espalier.text;

import com.fasterxml.jackson.annotation.JsonTypeName;
import io.espalier.config.ConfigException;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * As the user says.
 *
 * @param weights by domain, relative to each other: each above 0
 */
@JsonTypeName("given")
public record GivenDomainWeights(Map<String, Double> weights) implements DomainWeights {
  private static final long serialVersionUID = 1L;

  public GivenDomainWeights {
    weights = Collections.unmodifiableMap(new TreeMap<>(weights));
    weights.forEach(
        (domain, weight) -> {
          if (weight == null || !(weight > 0) || weight.isInfinite()) {
            throw new ConfigException(
                "weights of %s is %s but must be above 0; 1.0 would work"
                    .formatted(domain, weight));
          }
        });
  }

  @Override
  public Map<String, Double> weights(Map<String, Long> bytes) {
    if (!weights.keySet().equals(bytes.keySet())) {
      throw new ConfigException(
          "tokenizer.domain_weights.weights names %s but must name each training domain: %s"
              .formatted(
                  String.join(", ", weights.keySet()),
                  String.join(", ", new TreeMap<>(bytes).keySet())));
    }
    return weights;
  }
}
