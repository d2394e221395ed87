package io.espalier.merge;

import com.fasterxml.jackson.annotation.JsonTypeName;
import io.espalier.config.ConfigException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Shares that the user gives.
 *
 * @param weights share by domain: none negative, 1 in sum; 0 for a domain that isn't there
 */
@JsonTypeName("given")
public record GivenWeights(Map<String, Double> weights) implements MergeWeights {
  private static final long serialVersionUID = 1L;
  private static final double SUM_TOLERANCE = 1e-6;

  public GivenWeights {
    weights = Collections.unmodifiableMap(new TreeMap<>(weights));
    weights.forEach(
        (domain, weight) -> {
          if (weight == null || !(weight >= 0) || weight.isInfinite()) {
            throw new ConfigException(
                "weights of %s is %s but must be a number from 0 to 1; 0.5 would work"
                    .formatted(domain, weight));
          }
        });
    double sum = weights.values().stream().mapToDouble(Double::doubleValue).sum();
    if (Math.abs(sum - 1) > SUM_TOLERANCE) {
      throw new ConfigException(
          "weights sum to %s but must sum to 1; divide each of them by that".formatted(sum));
    }
  }

  @Override
  public boolean dependOnTarget() {
    return false;
  }

  @Override
  public double[] of(List<String> domains, Map<String, Double> posterior) {
    for (String domain : weights.keySet()) {
      if (!domains.contains(domain)) {
        throw new ConfigException(
            "weights name the domain %s, but the experts' domains are %s"
                .formatted(domain, String.join(", ", domains)));
      }
    }
    return Shares.normalised(domains, weights);
  }
}
