package io.espalier.evaluate;

import java.io.Serializable;
import java.util.Arrays;

/**
 * A figure and where it would lie with other documents of the same kind: a 95 % percentile interval
 * (Efron 1979).
 *
 * @param value with the documents there are
 * @param low 2.5 % of the resamples lie below
 * @param high 2.5 % of the resamples lie above
 */
public record Interval(double value, double low, double high) implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final double TAIL = 0.025;

  static Interval of(double value, double[] resampled) {
    double[] ascending = resampled.clone();
    Arrays.sort(ascending);
    return new Interval(value, quantile(ascending, TAIL), quantile(ascending, 1 - TAIL));
  }

  private static double quantile(double[] ascending, double share) {
    double place = share * (ascending.length - 1);
    int below = (int) place;
    int above = Math.min(below + 1, ascending.length - 1);
    return ascending[below] + (place - below) * (ascending[above] - ascending[below]);
  }
}
