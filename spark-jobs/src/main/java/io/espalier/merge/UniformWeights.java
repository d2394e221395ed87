package io.espalier.merge;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The same share for every expert. */
@JsonTypeName("uniform")
public record UniformWeights() implements MergeWeights {
  private static final long serialVersionUID = 1L;

  @Override
  public boolean dependOnTarget() {
    return false;
  }

  @Override
  public double[] of(List<String> domains, Map<String, Double> posterior) {
    double[] weights = new double[domains.size()];
    Arrays.fill(weights, 1.0 / weights.length);
    return weights;
  }
}
