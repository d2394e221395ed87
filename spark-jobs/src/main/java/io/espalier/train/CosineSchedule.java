package io.espalier.train;

import com.fasterxml.jackson.annotation.JsonTypeName;
import io.espalier.config.Rule;

/**
 * Decays along half a cosine: final + (1 − final)·(1 + cos(π·progress))/2 (Loshchilov and Hutter
 * 2017, without restarts).
 *
 * @param finalFraction what is left of the peak at the end, 0 to 1
 */
@JsonTypeName("cosine")
public record CosineSchedule(double peakLearningRate, double warmupFraction, double finalFraction)
    implements Schedule {
  private static final long serialVersionUID = 1L;

  public CosineSchedule {
    ScheduleRules.check(peakLearningRate, warmupFraction);
    Rule.between("final_fraction", finalFraction, 0, 1);
  }

  @Override
  public Schedule withPeak(double peak) {
    return new CosineSchedule(peak, warmupFraction, finalFraction);
  }

  @Override
  public double decay(double progress) {
    return finalFraction + (1 - finalFraction) * (1 + StrictMath.cos(Math.PI * progress)) / 2;
  }
}
