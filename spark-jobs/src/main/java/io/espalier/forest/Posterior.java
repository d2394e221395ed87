package io.espalier.forest;

import java.util.Arrays;
import java.util.stream.IntStream;

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
    double evidence(double logPrior, double current) {
      return current;
    }
  },

  /**
   * The previous token alone: P(j | x_&lt;t) ∝ prior_j · p_j(x_{t−1} | x_&lt;t−1), uniform (over
   * the experts that the prior allows) for the first token, as in the code the paper's authors
   * released.
   */
  LAST_TOKEN {
    @Override
    double[] beforeFirstToken(double[] logPrior) {
      double[] possible = new double[logPrior.length];
      Arrays.setAll(possible, j -> logPrior[j] == Double.NEGATIVE_INFINITY ? logPrior[j] : 0);
      return LogSpace.normalized(possible, logPrior);
    }

    @Override
    double evidence(double logPrior, double current) {
      return logPrior;
    }
  };

  abstract double[] beforeFirstToken(double[] logPrior);

  /** What is known about an expert apart from its probability of the newest token. */
  abstract double evidence(double logPrior, double current);

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
    if (logProbabilities.length != logPrior.length) {
      throw new IllegalArgumentException(
          "%d rows of log-probabilities for a prior over %d experts"
              .formatted(logProbabilities.length, logPrior.length));
    }
    ExpertScores scores = new ExpertScores(logProbabilities);
    int experts = scores.experts();
    double[] rows = new double[(scores.tokens() + 1) * experts];
    int[] all = IntStream.range(0, experts).toArray();
    follow(logPrior, scores, all, rows, new double[rows.length]);
    double[][] result = new double[scores.tokens() + 1][];
    Arrays.setAll(result, t -> Arrays.copyOfRange(rows, t * experts, (t + 1) * experts));
    return result;
  }

  /**
   * The same for some of the experts, written into flat arrays, row after row: logarithms and
   * probabilities.
   *
   * @param logPrior shape (members)
   * @param members positions of the experts that take part
   * @param logRows receives shape (tokens + 1, members)
   * @param rows receives exp of them
   */
  void follow(
      double[] logPrior, ExpertScores scores, int[] members, double[] logRows, double[] rows) {
    int experts = members.length;
    double[] first = beforeFirstToken(logPrior);
    double[] joint = new double[experts];
    for (int j = 0; j < experts; j++) {
      logRows[j] = first[j];
      rows[j] = Math.exp(first[j]);
    }
    for (int t = 0; t < scores.tokens(); t++) {
      double largest = Double.NEGATIVE_INFINITY;
      for (int j = 0; j < experts; j++) {
        joint[j] =
            evidence(logPrior[j], logRows[t * experts + j]) + scores.logProbability(t, members[j]);
        largest = Math.max(largest, joint[j]);
      }
      normalize(joint, largest, logPrior, logRows, rows, (t + 1) * experts);
    }
  }

  private static void normalize(
      double[] joint,
      double largest,
      double[] ifAllZero,
      double[] logRows,
      double[] rows,
      int offset) {
    boolean zero = largest == Double.NEGATIVE_INFINITY;
    double sum = 0;
    for (int j = 0; j < joint.length; j++) {
      rows[offset + j] = Math.exp(zero ? ifAllZero[j] : joint[j] - largest);
      sum += rows[offset + j];
    }
    double logTotal = zero ? 0 : largest + Math.log(sum);
    for (int j = 0; j < joint.length; j++) {
      rows[offset + j] /= sum;
      logRows[offset + j] = zero ? ifAllZero[j] : joint[j] - logTotal;
    }
  }
}
