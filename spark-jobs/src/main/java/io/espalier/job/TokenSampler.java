package io.espalier.job;

import io.espalier.config.ConfigException;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;

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
    int[] byProbability =
        IntStream.range(0, logProbabilities.length)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer id) -> -logProbabilities[id]))
            .mapToInt(Integer::intValue)
            .toArray();
    if (temperature == 0) {
      return byProbability[0];
    }
    double[] weights = new double[byProbability.length];
    double highest = logProbabilities[byProbability[0]];
    double sum = 0;
    for (int i = 0; i < weights.length; i++) {
      weights[i] = Math.exp((logProbabilities[byProbability[i]] - highest) / temperature);
      sum += weights[i];
    }
    double nucleus = sum * topP;
    int kept = 0;
    double keptSum = 0;
    while (kept < weights.length && (kept == 0 || keptSum < nucleus)) {
      keptSum += weights[kept++];
    }
    double drawn = random.nextDouble() * keptSum;
    for (int i = 0; i < kept; i++) {
      drawn -= weights[i];
      if (drawn < 0) {
        return byProbability[i];
      }
    }
    return byProbability[kept - 1];
  }
}
