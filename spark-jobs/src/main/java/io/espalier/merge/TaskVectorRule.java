package io.espalier.merge;

import java.util.Arrays;
import java.util.Optional;

/**
 * The base plus what the experts have learnt since: {@code base + lambda · Σ weight ·
 * trimmed(expert − base)} (Ilharco et al. 2023, "Editing Models with Task Arithmetic"). TIES, DARE
 * and Breadcrumbs are this with another trim, and with or without an election of signs.
 */
final class TaskVectorRule implements TensorRule {
  private final double[] weights;
  private final double lambda;
  private final Trim trim;
  private final Signs signs;

  /** What becomes of changes that point in different directions. */
  enum Signs {
    /** They add up. */
    ADDED,
    /** Only those of the sign that weighs more count. */
    ELECTED,
    /** As {@link #ELECTED}, and the sum is divided by the weights of those that count. */
    ELECTED_MEAN
  }

  TaskVectorRule(MergedTensor tensor, LayerValue lambda, Trim trim, Signs signs) {
    this.weights = tensor.weightsArray();
    this.lambda = tensor.at(lambda);
    this.trim = trim;
    this.signs = signs;
  }

  @Override
  public Optional<Statistics> next() {
    return trim.next();
  }

  @Override
  public void merge(double[][] inputs, long firstElement, int elements, double[] merged) {
    double[] base = inputs[weights.length];
    Arrays.fill(merged, 0, elements, 0);
    for (int expert = 0; expert < weights.length; expert++) {
      double[] changes = inputs[expert];
      subtract(changes, base, elements);
      trim.trim(expert, changes, firstElement, elements);
      addScaled(changes, weights[expert], elements, merged);
    }
    if (signs != Signs.ADDED) {
      elect(inputs, elements, merged);
    }
    for (int i = 0; i < elements; i++) {
      merged[i] = base[i] + lambda * merged[i];
    }
  }

  private static void subtract(double[] values, double[] base, int elements) {
    for (int i = 0; i < elements; i++) {
      values[i] -= base[i];
    }
  }

  /** Leaves the scaled changes where they were. */
  private static void addScaled(double[] changes, double weight, int elements, double[] sum) {
    for (int i = 0; i < elements; i++) {
      changes[i] *= weight;
      sum[i] += changes[i];
    }
  }

  /** The sign of the sum wins, plus if it is 0; a sum that isn't a number stays and shows. */
  private void elect(double[][] changes, int elements, double[] sums) {
    double[] agreed = new double[elements];
    double[] weight = new double[elements];
    for (int expert = 0; expert < weights.length; expert++) {
      double own = weights[expert];
      double[] of = changes[expert];
      for (int i = 0; i < elements; i++) {
        boolean agrees = sums[i] >= 0 ? of[i] > 0 : of[i] < 0;
        agreed[i] += agrees ? of[i] : 0;
        weight[i] += agrees ? own : 0;
      }
    }
    for (int i = 0; i < elements; i++) {
      double divisor = signs == Signs.ELECTED_MEAN && weight[i] != 0 ? weight[i] : 1;
      sums[i] = Double.isNaN(sums[i]) ? sums[i] : agreed[i] / divisor;
    }
  }
}
