package io.espalier.merge;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.Map;

/**
 * As DARE, with TIES' election of the sign: per element only changes of the sign that weighs more
 * are added (Yu et al. 2023, "Language Models are Super Mario").
 *
 * @param density probability with which a change is kept, in (0, 1]; it is divided by that
 * @param lambda factor of the merged task vector; with weights that sum to 1 it is what the experts
 *     change together that is scaled
 * @param seed of the random choice: the same seed, the same bytes
 */
@JsonTypeName("dare_ties")
public record DareTiesMerge(LayerValue density, LayerValue lambda, long seed)
    implements MergeMethod {
  private static final long serialVersionUID = 1L;

  public DareTiesMerge {
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
    return false;
  }

  @Override
  public Map<String, LayerValue> layerValues() {
    return Map.of("density", density, "lambda", lambda);
  }

  @Override
  public TensorRule rule(MergedTensor tensor) {
    Trim trim = RandomTrim.of(tensor, tensor.at(density), seed);
    return new TaskVectorRule(tensor, lambda, trim, TaskVectorRule.Signs.ELECTED);
  }
}
