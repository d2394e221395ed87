package io.espalier.forest;

import java.util.Arrays;

/**
 * One posterior under one prior, followed from sequence to sequence; every mixture that differs in
 * its top-k alone shares it.
 *
 * <p>Weights are kept as logarithms in float64, and as probabilities beside them: a mixture is then
 * a sum of products and one logarithm per token. Where such a sum comes near the smallest number
 * that float64 holds, it is taken again in log space. For one thread.
 */
public final class PosteriorPath {
  /** Below this a product of probabilities may have lost digits to underflow. */
  private static final double SMALLEST_TRUSTED = 1e-280;

  private final Posterior posterior;
  private final Prior prior;
  private final int[] members;
  private final int validationSequences;
  private final PosteriorAverage validation;
  private final PosteriorAverage scoredSoFar;

  private double[] logPrior;
  private double[] logWeights = new double[0];
  private double[] weights = new double[0];
  private double[] ascendingRows = new double[0];
  private boolean sorted;

  /**
   * Nothing seen yet.
   *
   * @param members which of the scored experts take part; their positions, ascending
   * @param validationSequences how many validation sequences {@link #observe} looks at
   */
  public PosteriorPath(Posterior posterior, Prior prior, int[] members, int validationSequences) {
    this.posterior = posterior;
    this.prior = prior;
    this.members = members.clone();
    this.validationSequences = validationSequences;
    this.validation = new PosteriorAverage(members.length);
    this.scoredSoFar = new PosteriorAverage(members.length, prior.newestWeight());
    this.logPrior = LogSpace.uniform(members.length);
  }

  /** Lets the cached prior see the next validation sequence; does nothing once it saw enough. */
  public void observe(ExpertScores sequence) {
    if (validation.sequences() < validationSequences) {
      double[] rows = new double[(sequence.tokens() + 1) * members.length];
      posterior.follow(validation.logMean(), sequence, members, rows, new double[rows.length]);
      validation.add(lastRow(rows, sequence.tokens()));
    }
  }

  /** Moves on to a sequence that is scored, and remembers the posterior before each token. */
  public void follow(ExpertScores sequence) {
    follow(sequence, prior.logPrior(validation, scoredSoFar));
  }

  /**
   * The same under a prior that was decided elsewhere.
   *
   * @param decided log probability of each member
   */
  public void follow(ExpertScores sequence, double[] decided) {
    int size = (sequence.tokens() + 1) * members.length;
    if (logWeights.length != size) {
      logWeights = new double[size];
      weights = new double[size];
    }
    sorted = false;
    logPrior = decided;
    posterior.follow(logPrior, sequence, members, logWeights, weights);
    scoredSoFar.add(lastRow(logWeights, sequence.tokens()));
  }

  private double[] lastRow(double[] rows, int tokens) {
    return Arrays.copyOfRange(rows, tokens * members.length, (tokens + 1) * members.length);
  }

  /**
   * The natural-log probability of each token of the sequence followed last, mixed by {@link
   * Ensemble}'s rule.
   *
   * @param topK experts kept; 0 = all
   * @return shape (tokens); −∞ where no expert with weight thinks the token possible
   */
  public double[] logProbabilities(ExpertScores sequence, int topK, TopKBy by) {
    double[] mixed = new double[sequence.tokens()];
    if (topK == 0 || topK >= members.length) {
      for (int t = 0; t < mixed.length; t++) {
        mixed[t] = mixed(sequence, t, Double.NEGATIVE_INFINITY, logWeights, t * members.length);
      }
    } else if (by == TopKBy.PRIOR) {
      double threshold = threshold(logPrior, topK);
      for (int t = 0; t < mixed.length; t++) {
        mixed[t] = mixed(sequence, t, threshold, logPrior, 0);
      }
    } else {
      sortRows(sequence.tokens());
      for (int t = 0; t < mixed.length; t++) {
        double threshold = ascendingRows[(t + 1) * members.length - topK];
        mixed[t] = mixed(sequence, t, threshold, logWeights, t * members.length);
      }
    }
    return mixed;
  }

  /** Experts whose criterion is below the threshold are left out, the rest is renormalised. */
  private double mixed(
      ExpertScores sequence, int token, double threshold, double[] criterion, int offset) {
    int row = token * members.length;
    double kept = 0;
    double sum = 0;
    for (int j = 0; j < members.length; j++) {
      if (criterion[offset + j] >= threshold) {
        kept += weights[row + j];
        sum += weights[row + j] * sequence.probability(token, members[j]);
      }
    }
    return sum > SMALLEST_TRUSTED && kept > SMALLEST_TRUSTED
        ? Math.log(sum / kept)
        : mixedInLogSpace(sequence, token, threshold, criterion, offset);
  }

  private double mixedInLogSpace(
      ExpertScores sequence, int token, double threshold, double[] criterion, int offset) {
    double[] kept = new double[members.length];
    double[] keptPrior = new double[members.length];
    for (int j = 0; j < members.length; j++) {
      boolean in = criterion[offset + j] >= threshold;
      kept[j] = in ? logWeights[token * members.length + j] : Double.NEGATIVE_INFINITY;
      keptPrior[j] = in ? logPrior[j] : Double.NEGATIVE_INFINITY;
    }
    double[] terms = LogSpace.normalized(kept, LogSpace.normalized(keptPrior, logPrior));
    for (int j = 0; j < members.length; j++) {
      terms[j] += sequence.logProbability(token, members[j]);
    }
    return LogSpace.logSumExp(terms);
  }

  /** The k-th largest value. */
  private static double threshold(double[] values, int k) {
    double[] ascending = values.clone();
    Arrays.sort(ascending);
    return ascending[ascending.length - k];
  }

  /** Each row of the log weights in ascending order: once, for every k. */
  private void sortRows(int tokens) {
    if (sorted) {
      return;
    }
    ascendingRows = logWeights.clone();
    for (int t = 0; t < tokens; t++) {
      Arrays.sort(ascendingRows, t * members.length, (t + 1) * members.length);
    }
    sorted = true;
  }
}
