package io.espalier.merge;

import com.fasterxml.jackson.annotation.JsonTypeName;

/**
 * Weighted average of the experts' parameters (Wortsman et al. 2022, "Model soups"; Li et al. 2022,
 * "Branch-Train-Merge", section 2.3).
 */
@JsonTypeName("linear")
public record LinearMerge() implements MergeMethod {
  private static final long serialVersionUID = 1L;

  @Override
  public boolean needsBase() {
    return false;
  }

  @Override
  public boolean needsStatistics() {
    return false;
  }

  @Override
  public TensorRule rule(MergedTensor tensor) {
    return CombinationRule.average(tensor.weightsArray(), tensor.spec().type());
  }
}
