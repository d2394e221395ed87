package io.espalier.train;

import io.espalier.checkpoint.Checkpoint;
import java.io.Serializable;
import java.util.List;

/**
 * A complete training run.
 *
 * @param checkpoint its name: {@code seed}, {@code dense}, {@code expert/legal}
 * @param location folder of its last checkpoint
 * @param hash SHA-256 of that checkpoint's manifest
 * @param step updates the model has made, its parent's included
 * @param tokens target positions the model has learned from, its parent's included
 * @param loss the last row's mean −ln p per target; NaN if the run had nothing to do
 * @param resumedAtStep where the attempt that finished it went on; equal to {@code step} if it was
 *     complete before
 * @param cost of this run alone
 */
public record TrainingResult(
    String checkpoint,
    String location,
    String hash,
    long step,
    long tokens,
    double loss,
    long resumedAtStep,
    TrainingCost cost)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /**
   * What a training checkpoint says of its run.
   *
   * @param name of what was trained: {@code seed}, {@code expert/legal}
   * @throws io.espalier.config.FormatException if training didn't write it
   */
  public static TrainingResult of(String name, Checkpoint checkpoint, long resumedAtStep) {
    TrainingState state = TrainingState.of(checkpoint);
    List<MetricsRow> rows = TrainingMetrics.of(checkpoint);
    return new TrainingResult(
        name,
        checkpoint.location(),
        checkpoint.hash(),
        state.step(),
        state.tokens(),
        rows.isEmpty() ? Double.NaN : rows.get(rows.size() - 1).loss(),
        resumedAtStep,
        state.cost());
  }
}
