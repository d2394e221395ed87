package io.espalier.forest;

import com.fasterxml.jackson.annotation.JsonTypeName;

/** The moving average after the domain's first validation sequences, fixed from then on. */
@JsonTypeName("cached")
public record CachedPrior() implements Prior {
  private static final long serialVersionUID = 1L;

  @Override
  public double[] logPrior(PosteriorAverage validation, PosteriorAverage scoredSoFar) {
    return validation.logMean();
  }
}
