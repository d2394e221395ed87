package io.espalier.forest;

import java.util.Arrays;

/**
 * How much of the text before a token decides how probable each expert is for it (Li et al. 2022,
 * section 2).
 *
 * <p>Stateless and safe for any number of threads.
 */
public enum Posterior {
  /** The whole text so far: P(j | x_&lt;t) ∝ prior_j · Π_{s&lt;t} p_j(x_s | x_&lt;s). */
  FULL_CONTEXT {
    @Override
    double[] beforeFirstToken(double[] logPrior) {
      return logPrior.clone();
    }

    @Override
    double evidence(double[] logPrior, double[] current, int expert) {
      return current[expert];
    }
  },

  /**
   * The previous token alone: P(j | x_&lt;t) ∝ prior_j · p_j(x_{t−1} | x_&lt;t−1), uniform for the
   * first token, as in the code the paper's authors released.
   */
  LAST_TOKEN {
    @Override
    double[] beforeFirstToken(double[] logPrior) {
      return LogSpace.uniform(logPrior.length);
    }

    @Override
    double evidence(double[] logPrior, double[] current, int expert) {
      return logPrior[expert];
    }
  };

  abstract double[] beforeFirstToken(double[] logPrior);

  /** What is known about an expert apart from its probability of the newest token. */
  abstract double evidence(double[] logPrior, double[] current, int expert);

  /**
   * The log posterior before each token, and after the last one.
   *
   * <p>An expert that gave a token probability zero is out for the rest of the sequence. Where all
   * experts did, Bayes' rule says nothing and the prior is taken instead; the mixture's probability
   * of that token is zero in any case.
   *
   * @param logPrior log probability of each expert before any text, shape (experts)
   * @param logProbabilities natural-log probability of each token, shape (experts, tokens)
   * @return shape (tokens + 1, experts); row t is the posterior before token t, each row sums to
   *     one
   * @throws IllegalArgumentException if the shapes differ, or a log-probability is NaN or +∞
   */
  public double[][] logPosterior(double[] logPrior, float[][] logProbabilities) {
    int tokens = tokensOf(logPrior, logProbabilities);
    double[][] rows = new double[tokens + 1][];
    rows[0] = beforeFirstToken(logPrior);
    for (int t = 0; t < tokens; t++) {
      rows[t + 1] = after(logPrior, rows[t], logProbabilities, t);
    }
    return rows;
  }

  private double[] after(double[] logPrior, double[] current, float[][] logProbabilities, int t) {
    double[] joint = new double[logPrior.length];
    Arrays.setAll(joint, j -> evidence(logPrior, current, j) + checked(logProbabilities, j, t));
    return LogSpace.normalized(joint, logPrior);
  }

  private static double checked(float[][] logProbabilities, int expert, int token) {
    float value = logProbabilities[expert][token];
    if (Float.isNaN(value) || value == Float.POSITIVE_INFINITY) {
      throw new IllegalArgumentException(
          "log-probability of expert %d at token %d is %s".formatted(expert, token, value));
    }
    return value;
  }

  private static int tokensOf(double[] logPrior, float[][] logProbabilities) {
    if (logProbabilities.length == 0 || logProbabilities.length != logPrior.length) {
      throw new IllegalArgumentException(
          "%d rows of log-probabilities for a prior over %d experts"
              .formatted(logProbabilities.length, logPrior.length));
    }
    int tokens = logProbabilities[0].length;
    for (float[] row : logProbabilities) {
      if (row.length != tokens) {
        throw new IllegalArgumentException(
            "experts scored %d and %d tokens of one sequence".formatted(tokens, row.length));
      }
    }
    return tokens;
  }
}
