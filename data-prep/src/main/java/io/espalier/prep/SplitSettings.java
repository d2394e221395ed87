package io.espalier.prep;

import io.espalier.config.ConfigException;
import io.espalier.config.Rule;

/** Shares of a training domain's documents; the rest is trained on. */
public record SplitSettings(double validationFraction, double testFraction) {

  public SplitSettings {
    Rule.between("validation_fraction", validationFraction, 0, 1);
    Rule.between("test_fraction", testFraction, 0, 1);
    if (validationFraction + testFraction >= 1) {
      throw new ConfigException(
          "validation_fraction is %s and test_fraction %s, which leaves nothing to train on; 0.02"
                  .formatted(validationFraction, testFraction)
              + " each would work");
    }
  }
}
