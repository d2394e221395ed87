package io.espalier.prep;

import io.espalier.config.Rule;

/** Share of an evaluation domain's documents that priors may be taken from; the rest is test. */
public record EvaluationSplitSettings(double validationFraction) {

  public EvaluationSplitSettings {
    Rule.between("validation_fraction", validationFraction, 0, 1);
  }
}
