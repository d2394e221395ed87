package io.espalier.train;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Looks out for updates whose loss or gradient norm jumps above the running median, and decides
 * what is passed over. Its decisions follow from numbers that all ranks have alike, so ranks need
 * not ask each other; and a run that was killed meets the same spike after the same checkpoint
 * again. Not thread-safe.
 */
final class SpikeGuard {
  private final StabilitySettings settings;
  private final int batchSequences;
  private final Deque<Double> losses = new ArrayDeque<>();
  private final Deque<Double> gradientNorms = new ArrayDeque<>();
  private final List<Rewind> rewinds = new ArrayList<>();
  private long skippedSamples;
  private double learningRateFactor;

  /**
   * @param batchSequences samples of an update
   * @param start of the checkpoint that the run goes on from
   */
  SpikeGuard(StabilitySettings settings, int batchSequences, StabilityState start) {
    this.settings = settings;
    this.batchSequences = batchSequences;
    this.rewinds.addAll(start.rewinds());
    this.skippedSamples = start.skippedSamples();
    this.learningRateFactor = start.learningRateFactor();
    window(losses, start.losses());
    window(gradientNorms, start.gradientNorms());
  }

  /** An update that was too much; {@code median} is NaN where there were too few before it. */
  record Spike(long step, String what, double value, double median) {
    @Override
    public String toString() {
      return Double.isNaN(median)
          ? "its %s is %s".formatted(what, value)
          : "its %s is %s after a median of %s".formatted(what, value, median);
    }
  }

  boolean isOn() {
    return settings.isOn();
  }

  /** How far the place in the order of samples is ahead of the plan. */
  long skippedSamples() {
    return skippedSamples;
  }

  /** What the planned learning rate is multiplied by. */
  double learningRateFactor() {
    return learningRateFactor;
  }

  /** Whether a spike would have to stop the training. */
  boolean isExhausted() {
    return rewinds.size() >= settings.maximumRewinds();
  }

  /**
   * Judges an update; one that is no spike counts in the medians from now on.
   *
   * @param step its number, from 1
   */
  Optional<Spike> judge(long step, double loss, double gradientNorm) {
    if (!isOn()) {
      return Optional.empty();
    }
    Optional<Spike> spike =
        judge(step, Rewind.LOSS, loss, losses)
            .or(() -> judge(step, Rewind.GRADIENT_NORM, gradientNorm, gradientNorms));
    if (spike.isEmpty()) {
      add(losses, loss);
      add(gradientNorms, gradientNorm);
    }
    return spike;
  }

  private Optional<Spike> judge(long step, String what, double value, Deque<Double> before) {
    double median = before.size() < settings.windowSteps() ? Double.NaN : median(before);
    boolean isSpike = !Double.isFinite(value) || value > settings.spikeFactor() * median;
    return isSpike ? Optional.of(new Spike(step, what, value, median)) : Optional.empty();
  }

  private void add(Deque<Double> window, double value) {
    window.addLast(value);
    if (window.size() > settings.windowSteps()) {
      window.removeFirst();
    }
  }

  private static double median(Deque<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /**
   * Goes back: passes over every sample since the checkpoint, the spike's own included. What was
   * decided since the checkpoint stays decided.
   *
   * @param step updates made at the checkpoint
   * @param checkpoint what the guard knew there
   */
  Rewind goBack(Spike spike, long step, StabilityState checkpoint) {
    long samples = (spike.step() - step + settings.skipSteps()) * batchSequences;
    skippedSamples += samples;
    learningRateFactor *= settings.learningRateFactor();
    Rewind rewind =
        new Rewind(
            spike.step(),
            spike.what(),
            spike.value(),
            spike.median(),
            step,
            samples,
            learningRateFactor);
    rewinds.add(rewind);
    window(losses, checkpoint.losses());
    window(gradientNorms, checkpoint.gradientNorms());
    return rewind;
  }

  private static void window(Deque<Double> window, List<Double> values) {
    window.clear();
    window.addAll(values);
  }

  /** To be saved. */
  StabilityState state() {
    return new StabilityState(
        List.copyOf(losses),
        List.copyOf(gradientNorms),
        skippedSamples,
        learningRateFactor,
        rewinds);
  }
}
