package io.espalier.forest;

import java.util.Arrays;

/** Sums of probabilities that are kept as natural logarithms. */
final class LogSpace {
  private LogSpace() {}

  /** log Σ exp(values); −∞ if all values are. */
  static double logSumExp(double[] values) {
    double largest = Double.NEGATIVE_INFINITY;
    for (double value : values) {
      largest = Math.max(largest, value);
    }
    if (largest == Double.NEGATIVE_INFINITY) {
      return largest;
    }
    double sum = 0;
    for (double value : values) {
      sum += Math.exp(value - largest);
    }
    return largest + Math.log(sum);
  }

  /** log(exp(a) + exp(b)). */
  static double logAddExp(double a, double b) {
    double larger = Math.max(a, b);
    if (larger == Double.NEGATIVE_INFINITY) {
      return larger;
    }
    return larger + Math.log1p(Math.exp(Math.min(a, b) - larger));
  }

  /** The same weights, scaled to sum to one; {@code ifAllZero} where there is nothing to scale. */
  static double[] normalized(double[] logWeights, double[] ifAllZero) {
    double logTotal = logSumExp(logWeights);
    if (logTotal == Double.NEGATIVE_INFINITY) {
      return ifAllZero.clone();
    }
    double[] result = new double[logWeights.length];
    Arrays.setAll(result, j -> logWeights[j] - logTotal);
    return result;
  }

  static double[] uniform(int experts) {
    double[] result = new double[experts];
    Arrays.fill(result, -Math.log(experts));
    return result;
  }
}
