package io.espalier.forest;

import com.fasterxml.jackson.annotation.JsonTypeName;

/** All experts are equally probable. */
@JsonTypeName("uniform")
public record UniformPrior() implements Prior {
  private static final long serialVersionUID = 1L;

  @Override
  public double[] logPrior(PosteriorAverage validation, PosteriorAverage scoredSoFar) {
    return LogSpace.uniform(validation.logMean().length);
  }
}
