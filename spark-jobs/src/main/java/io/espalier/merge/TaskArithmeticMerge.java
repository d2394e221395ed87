package io.espalier.merge;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.Map;

/**
 * The base plus the weighted sum of the experts' task vectors, what they have learnt since the base
 * (Ilharco et al. 2023, "Editing Models with Task Arithmetic").
 *
 * @param lambda factor of the merged task vector; with weights that sum to 1 it is what the experts
 *     change together that is scaled
 */
@JsonTypeName("task_arithmetic")
public record TaskArithmeticMerge(LayerValue lambda) implements MergeMethod {
  private static final long serialVersionUID = 1L;

  /**
   * Of either sign; far more than ever was of use, so that what is meant as a percentage is
   * refused.
   */
  static final double LARGEST_LAMBDA = 10;

  public TaskArithmeticMerge {
    lambda.checkBetween("lambda", -LARGEST_LAMBDA, LARGEST_LAMBDA);
  }

  @Override
  public boolean needsBase() {
    return true;
  }

  @Override
  public boolean needsStatistics() {
    return false;
  }

  @Override
  public Map<String, LayerValue> layerValues() {
    return Map.of("lambda", lambda);
  }

  @Override
  public TensorRule rule(MergedTensor tensor) {
    Trim trim = Trim.NOTHING;
    return new TaskVectorRule(tensor, lambda, trim, TaskVectorRule.Signs.ADDED);
  }
}
