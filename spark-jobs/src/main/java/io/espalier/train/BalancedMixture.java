package io.espalier.train;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.Arrays;
import java.util.List;

/** All domains come equally often, whatever their sizes (Li et al. 2022). */
@JsonTypeName("balanced")
public record BalancedMixture() implements SeedMixture {
  private static final long serialVersionUID = 1L;

  @Override
  public double[] weights(List<DomainSequences> domains) {
    double[] weights = new double[domains.size()];
    Arrays.fill(weights, 1);
    return weights;
  }

  @Override
  public List<DomainSequences> mix(List<DomainSequences> domains) {
    return domains;
  }
}
