package io.espalier.forest;

/**
 * What the experts of a forest say of one sequence, laid out for mixing: token by token, each
 * token's experts side by side, as logarithms and as probabilities. Computed once, read by any
 * number of mixtures. Immutable and safe for any number of threads.
 */
public final class ExpertScores {
  private final int experts;
  private final int tokens;
  private final double[] logProbabilities;
  private final double[] probabilities;

  /**
   * Copies the log-probabilities.
   *
   * @param rows natural-log probability of each token, shape (experts, tokens)
   * @throws IllegalArgumentException if experts scored different numbers of tokens, there is no
   *     expert, or a log-probability is NaN or +∞
   */
  public ExpertScores(float[][] rows) {
    if (rows.length == 0) {
      throw new IllegalArgumentException("a sequence that no expert scored");
    }
    this.experts = rows.length;
    this.tokens = rows[0].length;
    this.logProbabilities = new double[tokens * experts];
    this.probabilities = new double[tokens * experts];
    for (int j = 0; j < experts; j++) {
      if (rows[j].length != tokens) {
        throw new IllegalArgumentException(
            "experts scored %d and %d tokens of one sequence".formatted(tokens, rows[j].length));
      }
      for (int t = 0; t < tokens; t++) {
        double value = rows[j][t];
        if (!(value < Double.POSITIVE_INFINITY)) {
          throw new IllegalArgumentException(
              "log-probability of expert %d at token %d is %s".formatted(j, t, rows[j][t]));
        }
        logProbabilities[t * experts + j] = value;
        probabilities[t * experts + j] = Math.exp(value);
      }
    }
  }

  public int experts() {
    return experts;
  }

  public int tokens() {
    return tokens;
  }

  double logProbability(int token, int expert) {
    return logProbabilities[token * experts + expert];
  }

  double probability(int token, int expert) {
    return probabilities[token * experts + expert];
  }
}
