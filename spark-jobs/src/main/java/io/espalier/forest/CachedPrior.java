package io.espalier.forest;

import com.fasterxml.jackson.annotation.JsonTypeName;
import io.espalier.config.ConfigException;

/**
 * The moving average after the domain's first validation sequences, fixed from then on.
 *
 * @param sequences how many validation sequences decide it; 0 = as many as the evaluation says
 */
@JsonTypeName("cached")
public record CachedPrior(int sequences) implements Prior {
  private static final long serialVersionUID = 1L;

  public CachedPrior {
    if (sequences < 0) {
      throw new ConfigException(
          "sequences is %d but must be at least 1, or 0 for evaluation.cached_prior_sequences"
              .formatted(sequences));
    }
  }

  /** On as many sequences as the evaluation says. */
  public CachedPrior() {
    this(0);
  }

  @Override
  public double[] logPrior(PosteriorAverage validation, PosteriorAverage scoredSoFar) {
    return validation.logMean();
  }

  @Override
  public int validationSequences(int unlessStated) {
    return sequences == 0 ? unlessStated : sequences;
  }
}
