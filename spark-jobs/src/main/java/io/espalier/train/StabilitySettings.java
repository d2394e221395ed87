package io.espalier.train;

import io.espalier.config.ConfigException;
import io.espalier.config.Rule;
import java.io.Serializable;

/**
 * What a training does about a loss that jumps (Chowdhery et al. 2022, PaLM, section 5.1): it goes
 * back to its last checkpoint and passes over the batches that led there.
 *
 * @param spikeFactor an update whose loss or gradient norm is above so many times the median of the
 *     updates before it, or isn't finite, is a spike; 0 = spikes are nobody's business, and what
 *     isn't finite stops the training
 * @param windowSteps updates that the median is of; none is a spike before there are so many,
 *     unless it isn't finite
 * @param skipSteps batches that are passed over after the spike's own, beside all since the
 *     checkpoint
 * @param learningRateFactor what the rest of the training's learning rates are multiplied by at
 *     each spike; 1 = they stay
 * @param maximumRewinds how often a training may go back; at the next spike it stops
 */
public record StabilitySettings(
    double spikeFactor,
    int windowSteps,
    int skipSteps,
    double learningRateFactor,
    int maximumRewinds)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Nobody looks out. */
  public static final StabilitySettings OFF = new StabilitySettings(0, 50, 0, 1, 3);

  public StabilitySettings {
    if (!(spikeFactor == 0 || spikeFactor > 1) || Double.isInfinite(spikeFactor)) {
      throw new ConfigException(
          "spike_factor is %s but must be above 1, or 0 for no guard; 3 would work"
              .formatted(spikeFactor));
    }
    Rule.positive("window_steps", windowSteps);
    Rule.notNegative("skip_steps", skipSteps);
    if (!(learningRateFactor > 0 && learningRateFactor <= 1)) {
      throw new ConfigException(
          "learning_rate_factor is %s but must be above 0 and at most 1; 0.7 would work"
              .formatted(learningRateFactor));
    }
    Rule.notNegative("maximum_rewinds", maximumRewinds);
  }

  /** Whether anyone looks out for spikes. */
  public boolean isOn() {
    return spikeFactor > 0;
  }
}
