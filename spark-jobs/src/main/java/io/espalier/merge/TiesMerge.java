package io.espalier.merge;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.Map;

/**
 * Trim, elect sign, merge: of each expert's task vector the largest changes are kept; per element,
 * those of the sign that weighs more are averaged (Yadav et al. 2023, "TIES-Merging").
 *
 * @param density share of the changes of a tensor that are kept, in (0, 1]
 * @param lambda factor of the merged task vector; with weights that sum to 1 it is what the experts
 *     change together that is scaled
 */
@JsonTypeName("ties")
public record TiesMerge(LayerValue density, LayerValue lambda) implements MergeMethod {
  private static final long serialVersionUID = 1L;

  public TiesMerge {
    density.checkShare("density");
    lambda.checkBetween(
        "lambda", -TaskArithmeticMerge.LARGEST_LAMBDA, TaskArithmeticMerge.LARGEST_LAMBDA);
  }

  @Override
  public boolean needsBase() {
    return true;
  }

  @Override
  public boolean needsStatistics() {
    return true;
  }

  @Override
  public Map<String, LayerValue> layerValues() {
    return Map.of("density", density, "lambda", lambda);
  }

  @Override
  public TensorRule rule(MergedTensor tensor) {
    Trim trim =
        MagnitudeTrim.keepLargest(
            tensor.experts().size(), tensor.spec().elements(), tensor.at(density));
    return new TaskVectorRule(tensor, lambda, trim, TaskVectorRule.Signs.ELECTED_MEAN);
  }
}
