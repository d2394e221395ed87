package io.espalier.forest;

import com.fasterxml.jackson.annotation.JsonTypeName;

/**
 * The moving average over the sequences scored so far. It follows the text it scores, always one
 * sequence behind: no token is predicted from itself or from anything after it.
 */
@JsonTypeName("updating")
public record UpdatingPrior() implements Prior {
  private static final long serialVersionUID = 1L;

  @Override
  public double[] logPrior(PosteriorAverage validation, PosteriorAverage scoredSoFar) {
    return scoredSoFar.logMean();
  }
}
