package io.espalier.merge;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.List;
import java.util.Map;

/**
 * The posterior probability of each expert's domain given the target domain's validation text (Li
 * et al. 2022, section 2.3), so that every target has an average of its own.
 */
@JsonTypeName("posterior")
public record PosteriorWeights() implements MergeWeights {
  private static final long serialVersionUID = 1L;

  @Override
  public boolean dependOnTarget() {
    return true;
  }

  @Override
  public double[] of(List<String> domains, Map<String, Double> posterior) {
    for (String domain : domains) {
      if (!posterior.containsKey(domain)) {
        throw new IllegalArgumentException(
            "no posterior for domain %s, only for %s".formatted(domain, posterior.keySet()));
      }
    }
    return Shares.normalised(domains, posterior);
  }
}
