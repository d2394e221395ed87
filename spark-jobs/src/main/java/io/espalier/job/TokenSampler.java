package io.espalier.job;

import io.espalier.config.ConfigException;
import java.util.Arrays;
import java.util.Random;

/** Draws the next token from a distribution: temperature, then nucleus. For one thread. */
final class TokenSampler {
  private final double temperature;
  private final double topP;
  private final Random random;

  /**
   * @param temperature 0 = always the most probable token
   * @param topP keep the most probable tokens that together have this probability (Holtzman et al.
   *     2020); 1 = all
   */
  TokenSampler(double temperature, double topP, long seed) {
    if (!(temperature >= 0)) {
      throw new ConfigException(
          "temperature is %s but must be zero or positive".formatted(temperature));
    }
    if (!(topP > 0 && topP <= 1)) {
      throw new ConfigException("top-p is %s but must be above 0 and at most 1".formatted(topP));
    }
    this.temperature = temperature;
    this.topP = topP;
    this.random = new Random(seed);
  }

  /**
   * Draws a token.
   *
   * @param logProbabilities natural-log probability of every token; needn't be normalised
   */
  int draw(double[] logProbabilities) {
    int best = best(logProbabilities);
    if (temperature == 0) {
      return best;
    }
    double highest = logProbabilities[best];
    double[] weights = new double[logProbabilities.length];
    double sum = 0;
    for (int id = 0; id < weights.length; id++) {
      weights[id] = Math.exp((logProbabilities[id] - highest) / temperature);
      sum += weights[id];
    }
    int[] nucleus = topP == 1 ? all(weights.length) : nucleus(weights, sum);
    return draw(nucleus, weights);
  }

  private int draw(int[] ids, double[] weights) {
    double sum = 0;
    for (int id : ids) {
      sum += weights[id];
    }
    double drawn = random.nextDouble() * sum;
    for (int id : ids) {
      drawn -= weights[id];
      if (drawn < 0) {
        return id;
      }
    }
    return ids[ids.length - 1];
  }

  /** The most probable tokens that together have the share; most probable first. */
  private int[] nucleus(double[] weights, double sum) {
    int[] sorted = sortedAbove((1 - topP) * sum / weights.length, weights);
    int kept = 0;
    double keptSum = 0;
    while (kept < sorted.length && (kept == 0 || keptSum < topP * sum)) {
      keptSum += weights[sorted[kept++]];
    }
    return Arrays.copyOf(sorted, kept);
  }

  /**
   * The tokens of at least a weight, by falling weight in float32. Those below {@code (1 - p) · sum
   * / V} weigh less than {@code (1 - p) · sum} together, so the nucleus needs none of them; to sort
   * a vocabulary for every token would cost more than a small model does.
   */
  private static int[] sortedAbove(double least, double[] weights) {
    long[] keys = new long[weights.length];
    int count = 0;
    for (int id = 0; id < weights.length; id++) {
      if (weights[id] >= least) {
        // Bits of positive floats ascend as they do; the smaller id comes first among equals.
        keys[count++] = (long) ~Float.floatToIntBits((float) weights[id]) << Integer.SIZE | id;
      }
    }
    Arrays.sort(keys, 0, count);
    int[] ids = new int[count];
    Arrays.setAll(ids, i -> (int) keys[i]);
    return ids;
  }

  private static int[] all(int count) {
    int[] ids = new int[count];
    Arrays.setAll(ids, id -> id);
    return ids;
  }

  private static int best(double[] values) {
    int best = 0;
    for (int id = 1; id < values.length; id++) {
      best = values[id] > values[best] ? id : best;
    }
    return best;
  }
}
