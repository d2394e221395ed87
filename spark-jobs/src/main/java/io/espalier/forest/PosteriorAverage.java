package io.espalier.forest;

import java.util.Arrays;

/**
 * Exponential moving average of the posteriors at the last token of the sequences seen so far: the
 * next sequence's prior (Li et al. 2022, section 2, "updating prior").
 *
 * <p>The first posterior is the first average; each later one enters with a weight of 0.3. Kept in
 * log space, so an expert that wasn't needed for thousands of sequences can come back. For one
 * thread.
 */
public final class PosteriorAverage {
  /** The authors' evaluation uses ewm(alpha=0.3, adjust=False). */
  public static final double NEWEST_WEIGHT = 0.3;

  private static final double LOG_NEWEST = Math.log(NEWEST_WEIGHT);
  private static final double LOG_OLDER = Math.log1p(-NEWEST_WEIGHT);

  private double[] logMean;
  private long sequences;

  /** Uniform until the first sequence is added. */
  public PosteriorAverage(int experts) {
    if (experts < 1) {
      throw new IllegalArgumentException("an average over " + experts + " experts");
    }
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
          newest, j -> LogSpace.logAddExp(LOG_OLDER + older[j], LOG_NEWEST + logPosterior[j]));
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
