package io.espalier.merge;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.Map;

/**
 * Task arithmetic without the largest and the smallest changes of each task vector (Davari and
 * Belilovsky 2023, "Model Breadcrumbs").
 *
 * @param density share of the changes of a tensor that are kept, in (0, 1]
 * @param gamma share of the largest changes that are cut, in [0, 1]
 * @param lambda factor of the merged task vector; with weights that sum to 1 it is what the experts
 *     change together that is scaled
 */
@JsonTypeName("breadcrumbs")
public record BreadcrumbsMerge(LayerValue density, LayerValue gamma, LayerValue lambda)
    implements MergeMethod {
  private static final long serialVersionUID = 1L;

  public BreadcrumbsMerge {
    density.checkShare("density");
    gamma.checkBetween("gamma", 0, 1);
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
    return Map.of("density", density, "gamma", gamma, "lambda", lambda);
  }

  @Override
  public TensorRule rule(MergedTensor tensor) {
    Trim trim =
        MagnitudeTrim.keepMiddle(
            tensor.experts().size(),
            tensor.spec().elements(),
            tensor.at(density),
            tensor.at(gamma));
    return new TaskVectorRule(tensor, lambda, trim, TaskVectorRule.Signs.ADDED);
  }
}
