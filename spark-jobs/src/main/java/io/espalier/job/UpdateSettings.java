package io.espalier.job;

import io.espalier.config.ConfigException;
import io.espalier.config.Rule;
import java.io.Serializable;

/**
 * When new text changes the forest.
 *
 * @param margin share by which the perplexity must fall, at least 0 and below 1
 * @param model whose perplexity decides, such as {@code ensemble/cached_prior}
 * @param steps updates of each expert that goes on; 0 = one pass over its new text
 */
public record UpdateSettings(double margin, String model, long steps) implements Serializable {
  private static final long serialVersionUID = 1L;

  public UpdateSettings {
    if (!(margin >= 0 && margin < 1)) {
      throw new ConfigException(
          "update.margin is %s but must be at least 0 and below 1".formatted(margin));
    }
    if (steps < 0) {
      throw new ConfigException(
          "update.steps is %d but must be at least 1, or 0 for one pass over the new text"
              .formatted(steps));
    }
    Rule.notBlank("update.model", model);
  }
}
