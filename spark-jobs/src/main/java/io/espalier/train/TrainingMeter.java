package io.espalier.train;

import io.espalier.model.Ranks;
import java.util.ArrayList;
import java.util.List;

/**
 * Counts what a run does and costs, across its attempts: what was counted up to the checkpoint it
 * goes on from, plus this attempt. Not thread-safe.
 */
final class TrainingMeter {
  private final ResourceClock clock;
  private final double flopsPerToken;
  private final int lengthTokens;
  private final int ranks;
  private final TrainingCost before;
  private final List<MetricsRow> rows;
  private long tokens;
  private MetricsInterval interval;
  private double intervalFrom;
  private long samples;
  private long computeNanos;
  private double gradientNorm;

  /**
   * @param ranks that compute together
   * @param start where the run goes on
   * @param rows that it has reported already
   */
  TrainingMeter(
      ResourceClock clock,
      ModelSpec model,
      boolean recompute,
      int ranks,
      TrainingState start,
      List<MetricsRow> rows) {
    this.clock = clock;
    this.flopsPerToken = model.trainingFlopsPerToken(recompute);
    this.ranks = ranks;
    this.lengthTokens = model.sequenceLengthTokens();
    this.before = start.cost();
    this.tokens = start.tokens();
    this.rows = new ArrayList<>(rows);
    this.interval = start.interval();
    this.intervalFrom = clock.wallSeconds();
  }

  /** Counts time inside the model. */
  void computed(long nanos) {
    computeNanos += nanos;
  }

  /** Counts an update. */
  void updated(int sequences, double lossSum, long targets, double norm) {
    samples += sequences;
    tokens += (long) sequences * lengthTokens;
    interval = interval.plus(lossSum, targets, (long) sequences * lengthTokens);
    gradientNorm = norm;
  }

  /** The run goes on from an earlier checkpoint: what was computed since has been paid for. */
  void goBack(TrainingState checkpoint, List<MetricsRow> itsRows) {
    tokens = checkpoint.tokens();
    rows.clear();
    rows.addAll(itsRows);
    interval = checkpoint.interval();
    intervalFrom = clock.wallSeconds();
  }

  /** Ends the interval with a row. */
  MetricsRow row(long step, double learningRate) {
    MetricsInterval whole = interval();
    MetricsRow row =
        new MetricsRow(
            step,
            tokens(),
            whole.lossSum() / whole.targets(),
            gradientNorm,
            learningRate,
            whole.tokens() / whole.seconds(),
            before.deviceSeconds() + ranks * clock.deviceSeconds());
    rows.add(row);
    interval = MetricsInterval.EMPTY;
    intervalFrom = clock.wallSeconds();
    return row;
  }

  /** Every row so far, earlier attempts' included. */
  List<MetricsRow> rows() {
    return rows;
  }

  /** What the next row has gathered so far. */
  MetricsInterval interval() {
    return interval.plusSeconds(clock.wallSeconds() - intervalFrom);
  }

  /** Target positions the model has learned from, its parent's included. */
  long tokens() {
    return tokens;
  }

  /** What all ranks have cost; they all ask at the same time. */
  TrainingCost cost(Ranks ranks) {
    long bytesSent = ranks.bytesSent(); // Before the sums below send some.
    return cost(
        ranks.sum(clock.deviceSeconds()),
        ranks.sum(clock.cpuSeconds()),
        (long) ranks.sum((double) bytesSent));
  }

  private TrainingCost cost(double deviceSeconds, double cpuSeconds, long bytesSent) {
    long computedTokens = samples * lengthTokens;
    return new TrainingCost(
        before.samples() + samples,
        before.tokens() + computedTokens,
        before.flops() + computedTokens * flopsPerToken,
        before.wallSeconds() + clock.wallSeconds(),
        before.deviceSeconds() + deviceSeconds,
        before.cpuSeconds() + cpuSeconds,
        before.computeSeconds() + computeNanos / 1e9,
        before.bytesCommunicated() + bytesSent);
  }
}
