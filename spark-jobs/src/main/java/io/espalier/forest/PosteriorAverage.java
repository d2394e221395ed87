package io.espalier.forest;

import java.util.Arrays;

/**
 * Exponential moving average of the posteriors at the last token of the sequences seen so far: the
 * next sequence's prior (Li et al. 2022, section 2, "updating prior").
 *
 * <p>The first posterior is the first average; each later one enters with a fixed weight, 0.3
 * unless said otherwise. Kept in log space, so an expert that wasn't needed for thousands of
 * sequences can come back. For one thread.
 */
public final class PosteriorAverage {
  /** The authors' evaluation uses ewm(alpha=0.3, adjust=False). */
  public static final double NEWEST_WEIGHT = 0.3;

  private final double logNewest;
  private final double logOlder;
  private double[] logMean;
  private long sequences;

  /** Uniform until the first sequence is added; the newest weighs {@link #NEWEST_WEIGHT}. */
  public PosteriorAverage(int experts) {
    this(experts, NEWEST_WEIGHT);
  }

  /**
   * Uniform until the first sequence is added.
   *
   * @param newestWeight of each later one, above 0 and at most 1
   */
  public PosteriorAverage(int experts, double newestWeight) {
    if (experts < 1) {
      throw new IllegalArgumentException("an average over " + experts + " experts");
    }
    if (!(newestWeight > 0 && newestWeight <= 1)) {
      throw new IllegalArgumentException("a newest weight of " + newestWeight);
    }
    logNewest = Math.log(newestWeight);
    logOlder = Math.log1p(-newestWeight);
    logMean = LogSpace.uniform(experts);
  }

  /**
   * Adds the newest sequence.
   *
   * @param logPosterior log posterior after the last token of a sequence, shape (experts)
   */
  public void add(double[] logPosterior) {
    if (logPosterior.length != logMean.length) {
      throw new IllegalArgumentException(
          "a posterior over %d experts for an average over %d"
              .formatted(logPosterior.length, logMean.length));
    }
    double[] older = logMean;
    double[] newest = logPosterior.clone();
    if (sequences > 0) {
      Arrays.setAll(
          newest, j -> LogSpace.logAddExp(logOlder + older[j], logNewest + logPosterior[j]));
    }
    logMean = LogSpace.normalized(newest, older);
    sequences++;
  }

  /** Log probability of each expert, shape (experts); a copy. */
  public double[] logMean() {
    return logMean.clone();
  }

  /** How many sequences were added. */
  public long sequences() {
    return sequences;
  }
}
