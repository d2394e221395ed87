package io.espalier.train;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.io.Serializable;

/**
 * The learning rate as a pure function of the step: a linear warm-up to the peak, then a decay that
 * each member shapes.
 *
 * <p>A span of N updates has the steps 0 … N−1, where step s is the update made after s others. The
 * span of a Branch-Train-Merge run is seed + branch: an expert goes on at the seed's last rate.
 * Neither the first nor the last update is wasted on a rate of 0: warm-up counts 1/W, 2/W, … 1 over
 * its W updates, and the decay reaches its end at step N, which is never carried out.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
public sealed interface Schedule extends Serializable
    permits PolynomialSchedule, CosineSchedule, ConstantSchedule {

  /** The highest rate, reached by the last update of the warm-up. */
  double peakLearningRate();

  /** The same shape with another peak. */
  Schedule withPeak(double peakLearningRate);

  /** The share of the span's updates that warm up, 0 ≤ f &lt; 1. */
  double warmupFraction();

  /**
   * The rate after warm-up as a fraction of the peak.
   *
   * @param progress 0 at the end of warm-up, 1 at the end of the span
   */
  double decay(double progress);

  /** The number of updates that warm up: the rounded share, at least one unless the share is 0. */
  default long warmupSteps(long spanSteps) {
    if (warmupFraction() == 0) {
      return 0;
    }
    return Math.min(spanSteps, Math.max(1, Math.round(warmupFraction() * spanSteps)));
  }

  /**
   * The rate of the update at {@code step}.
   *
   * @param step updates made before, 0 ≤ step ≤ spanSteps
   * @param spanSteps updates of the whole span, seed and branch together
   */
  default double learningRate(long step, long spanSteps) {
    if (step < 0 || step > spanSteps || spanSteps < 1) {
      throw new IllegalArgumentException(
          "Step %d lies outside the span of %d updates".formatted(step, spanSteps));
    }
    long warmup = warmupSteps(spanSteps);
    long updates = step + 1;
    if (updates <= warmup) {
      return peakLearningRate() * ((double) updates / warmup);
    }
    return peakLearningRate() * decay((double) (updates - warmup) / (spanSteps + 1 - warmup));
  }
}
