package io.espalier.train;

import com.fasterxml.jackson.annotation.JsonTypeName;
import io.espalier.config.Rule;
import java.util.List;

/**
 * Between balanced and proportional: weight = sequences<sup>α</sup>, so that small domains are
 * sampled up (Conneau et al. 2019, "Unsupervised cross-lingual representation learning at scale").
 *
 * @param alpha 0 = balanced, 1 = proportional
 */
@JsonTypeName("temperature")
public record TemperatureMixture(double alpha) implements SeedMixture {
  private static final long serialVersionUID = 1L;

  public TemperatureMixture {
    Rule.between("alpha", alpha, 0, 1);
  }

  @Override
  public double[] weights(List<DomainSequences> domains) {
    return domains.stream()
        .mapToDouble(domain -> StrictMath.pow((double) domain.sequences(), alpha))
        .toArray();
  }
}
