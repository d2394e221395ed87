package io.espalier.forest;

import java.util.Random;

/** Made-up log-probabilities. */
final class RandomScores {
  private RandomScores() {}

  /** Between −8 and 0, shape (experts, tokens). */
  static float[][] of(int experts, int tokens, long seed) {
    Random random = new Random(seed);
    float[][] scores = new float[experts][tokens];
    for (float[] row : scores) {
      for (int t = 0; t < tokens; t++) {
        row[t] = -8 * random.nextFloat();
      }
    }
    return scores;
  }
}
