package io.espalier.merge;

import com.fasterxml.jackson.annotation.JsonTypeName;
import io.espalier.config.ConfigException;
import java.util.Arrays;

/**
 * A point between the base and the experts' average, the closer to the average the smaller the
 * angle between what the experts have learnt, tensor by tensor (Jang et al. 2024, "Model Stock").
 * The angle of more than two experts is that of the mean cosine of all pairs.
 */
@JsonTypeName("model_stock")
public record ModelStockMerge() implements MergeMethod {
  private static final long serialVersionUID = 1L;
  private static final double SMALLEST = 1e-6;

  @Override
  public boolean needsBase() {
    return true;
  }

  @Override
  public boolean needsStatistics() {
    return true;
  }

  @Override
  public void checkExperts(int experts) {
    if (experts < 2) {
      throw new ConfigException(
          "method model_stock needs 2 experts or more but %d has a weight above 0; linear merges any number"
              .formatted(experts));
    }
  }

  @Override
  public TensorRule rule(MergedTensor tensor) {
    double[] shares = tensor.weightsArray();
    return new GramRule(
        new GramMatrix(shares.length, true), products -> coefficients(products, shares));
  }

  private static double[] coefficients(GramMatrix changes, double[] shares) {
    int experts = shares.length;
    double cosine = meanCosine(changes, experts);
    double denominator = 1 + (experts - 1) * cosine;
    // Changes that cancel each other out have no such point: the base stays.
    double place = Math.abs(denominator) < SMALLEST ? 0 : experts * cosine / denominator;
    double[] coefficients = Arrays.copyOf(shares, experts + 1);
    for (int expert = 0; expert < experts; expert++) {
      coefficients[expert] *= place;
    }
    coefficients[experts] = 1 - place;
    return coefficients;
  }

  private static double meanCosine(GramMatrix changes, int experts) {
    double sum = 0;
    for (int i = 0; i < experts; i++) {
      for (int j = 0; j < i; j++) {
        double lengths = Math.max(SMALLEST, changes.norm(i) * changes.norm(j));
        sum += Math.max(-1, Math.min(1, changes.product(i, j) / lengths));
      }
    }
    return sum / (experts * (experts - 1) / 2.0);
  }
}
