package io.espalier.train;

import com.fasterxml.jackson.annotation.JsonTypeName;

/** Stays at the peak once warm. */
@JsonTypeName("constant")
public record ConstantSchedule(double peakLearningRate, double warmupFraction) implements Schedule {
  private static final long serialVersionUID = 1L;

  public ConstantSchedule {
    ScheduleRules.check(peakLearningRate, warmupFraction);
  }

  @Override
  public Schedule withPeak(double peak) {
    return new ConstantSchedule(peak, warmupFraction);
  }

  @Override
  public double decay(double progress) {
    return 1;
  }
}
