package io.espalier.train;

import com.fasterxml.jackson.annotation.JsonTypeName;
import io.espalier.config.Rule;

/**
 * Decays along a polynomial: final + (1 − final)·(1 − progress)^power. Power 1 is the straight line
 * to 0 of Branch-Train-Merge (Li et al. 2022). StrictMath: the same bits on every machine.
 *
 * @param finalFraction what is left of the peak at the end, 0 to 1
 */
@JsonTypeName("polynomial")
public record PolynomialSchedule(
    double peakLearningRate, double warmupFraction, double power, double finalFraction)
    implements Schedule {
  private static final long serialVersionUID = 1L;

  public PolynomialSchedule {
    ScheduleRules.check(peakLearningRate, warmupFraction);
    Rule.positive("power", power);
    Rule.between("final_fraction", finalFraction, 0, 1);
  }

  @Override
  public Schedule withPeak(double peak) {
    return new PolynomialSchedule(peak, warmupFraction, power, finalFraction);
  }

  @Override
  public double decay(double progress) {
    return finalFraction + (1 - finalFraction) * StrictMath.pow(1 - progress, power);
  }
}
