package io.espalier.train;

import io.espalier.config.ConfigException;
import io.espalier.config.Rule;

/** What every schedule asks of the settings they share. */
final class ScheduleRules {
  private ScheduleRules() {}

  static void check(double peakLearningRate, double warmupFraction) {
    Rule.positive("peak_learning_rate", peakLearningRate);
    if (Double.isInfinite(peakLearningRate)) {
      throw new ConfigException("peak_learning_rate is infinite but must be a number");
    }
    if (!(warmupFraction >= 0 && warmupFraction < 1)) {
      throw new ConfigException(
          "warmup_fraction is %s but must be at least 0 and below 1; 0.08 would work"
              .formatted(warmupFraction));
    }
  }
}
