package io.espalier.forest;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.io.Serializable;

/**
 * How probable each expert is before a sequence's first token (Li et al. 2022, section 2). A prior
 * is a function of what was seen of earlier sequences, never of the sequence itself.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
public sealed interface Prior extends Serializable
    permits UniformPrior, UpdatingPrior, CachedPrior, ClusterPrior {

  /**
   * The prior of the next sequence.
   *
   * @param validation average over the target domain's first validation sequences
   * @param scoredSoFar average over the sequences that were scored before this one
   * @return log probability of each expert, shape (experts)
   */
  double[] logPrior(PosteriorAverage validation, PosteriorAverage scoredSoFar);

  /** Weight of the newest sequence in the average over scored sequences. */
  default double newestWeight() {
    return PosteriorAverage.NEWEST_WEIGHT;
  }

  /**
   * How many validation sequences this prior is decided on.
   *
   * @param unlessStated what the evaluation says for priors that don't say it themselves
   */
  default int validationSequences(int unlessStated) {
    return 0;
  }
}
