package io.espalier.merge;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.Arrays;

/**
 * Weighted average of the experts' parameters (Wortsman et al. 2022, "Model soups"; Li et al. 2022,
 * "Branch-Train-Merge", section 2.3). An expert of weight 0 has no say, whatever its values are.
 */
@JsonTypeName("linear")
public record LinearMerge() implements MergeMethod {
  private static final long serialVersionUID = 1L;

  @Override
  public void merge(double[][] experts, double[] weights, int elements, double[] merged) {
    Arrays.fill(merged, 0, elements, -0.0); // The sum of nothing that leaves negative zeros alone.
    for (int expert = 0; expert < experts.length; expert++) {
      if (weights[expert] != 0) {
        addScaled(experts[expert], weights[expert], elements, merged);
      }
    }
  }

  private static void addScaled(double[] values, double weight, int elements, double[] sum) {
    for (int i = 0; i < elements; i++) {
      sum[i] += weight * values[i];
    }
  }
}
