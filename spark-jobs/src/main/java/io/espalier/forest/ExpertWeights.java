package io.espalier.forest;

import java.util.Iterator;

/**
 * How much each expert matters for a target domain: the cached prior on the domain's validation
 * text. Weights of a posterior-weighted average of checkpoints (Li et al. 2022, section 2.3).
 */
public final class ExpertWeights {
  private ExpertWeights() {}

  /**
   * The moving average of posteriors after the target's first validation sequences, each computed
   * under the average of those before it.
   *
   * @param validation natural-log probabilities of each sequence, shape (experts, tokens), in the
   *     order of their ids
   * @param maximumSequences how many of them to look at
   * @return the average; uniform if there is no sequence
   */
  public static PosteriorAverage ofValidation(
      Posterior posterior, int experts, Iterator<float[][]> validation, int maximumSequences) {
    PosteriorAverage average = new PosteriorAverage(experts);
    while (average.sequences() < maximumSequences && validation.hasNext()) {
      observe(posterior, average, validation.next());
    }
    return average;
  }

  /** Adds one more sequence to the average: its posterior at the last token under the average. */
  public static void observe(
      Posterior posterior, PosteriorAverage average, float[][] logProbabilities) {
    double[][] rows = posterior.logPosterior(average.logMean(), logProbabilities);
    average.add(rows[rows.length - 1]);
  }
}
