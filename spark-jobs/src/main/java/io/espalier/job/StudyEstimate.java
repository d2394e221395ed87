package io.espalier.job;

import io.espalier.config.ConfigException;
import io.espalier.study.Trial;
import io.espalier.train.TrainingPlan;
import java.util.List;
import java.util.Locale;

/**
 * What a study's trainings will take.
 *
 * @param trials beside the run's own forest
 * @param tokens target positions of all trainings, the run's own included
 * @param secondsPerToken of one device; NaN where it wasn't tried
 */
public record StudyEstimate(
    List<Trial> trials, int sequenceLengthTokens, long tokens, double secondsPerToken) {

  public StudyEstimate {
    trials = List.copyOf(trials);
  }

  /** Of all trainings; scoring, averages and Spark itself come on top. */
  double deviceHours() {
    return tokens * secondsPerToken / 3600;
  }

  void requireWithin(double maximumDeviceHours) {
    if (maximumDeviceHours > 0 && deviceHours() > maximumDeviceHours) {
      throw new ConfigException(
          String.format(
              Locale.ROOT,
              "study.maximum_device_hours is %s but the run and its %d trials are estimated to take %.1f on this machine; fewer trials, fewer training.steps, or a higher limit would work",
              maximumDeviceHours,
              trials.size(),
              deviceHours()));
    }
  }

  /** The trials as a table for a terminal. */
  public String toText() {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "  %-32s %-14s %-26s %9s %14s%n",
            "trial",
            "varies",
            "to",
            "trainings",
            "tokens"));
    for (Trial trial : trials) {
      long own =
          trial.plans().stream()
              .mapToLong((TrainingPlan p) -> p.tokens(sequenceLengthTokens))
              .sum();
      text.append(
          String.format(
              Locale.ROOT,
              "  %-32s %-14s %-26s %9d %,14d%n",
              trial.name(),
              trial.kind().name().toLowerCase(Locale.ROOT).replace('_', ' '),
              trial.setting(),
              trial.plans().size(),
              own));
    }
    text.append(
        String.format(
            Locale.ROOT,
            "  %,d tokens with the run's own, %s; scoring, averages and Spark itself come on top%n",
            tokens,
            Double.isNaN(secondsPerToken)
                ? "of a model too large to be tried here first"
                : String.format(Locale.ROOT, "about %.2f device-hours", deviceHours())));
    return text.toString();
  }
}
