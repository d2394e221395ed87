package io.espalier.forest;

import com.fasterxml.jackson.annotation.JsonTypeName;
import io.espalier.config.ConfigException;

/**
 * The moving average over the sequences scored so far. It follows the text it scores, always one
 * sequence behind: no token is predicted from itself or from anything after it.
 *
 * @param decay weight of the newest sequence in the average, above 0 and at most 1
 */
@JsonTypeName("updating")
public record UpdatingPrior(double decay) implements Prior {
  private static final long serialVersionUID = 1L;

  public UpdatingPrior {
    if (!(decay > 0 && decay <= 1)) {
      throw new ConfigException(
          "decay is %s but must be above 0 and at most 1; the paper takes %s"
              .formatted(decay, PosteriorAverage.NEWEST_WEIGHT));
    }
  }

  /** With the paper's weight. */
  public UpdatingPrior() {
    this(PosteriorAverage.NEWEST_WEIGHT);
  }

  @Override
  public double[] logPrior(PosteriorAverage validation, PosteriorAverage scoredSoFar) {
    return scoredSoFar.logMean();
  }

  @Override
  public double newestWeight() {
    return decay;
  }
}
