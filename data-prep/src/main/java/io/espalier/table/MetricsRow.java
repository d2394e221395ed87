package io.espalier.table;

/**
 * One point of a training curve.
 *
 * @param checkpoint whose training: {@code seed}, {@code dense}, {@code expert/<domain>}
 * @param step updates done, from 1
 * @param tokens tokens trained on so far in this training
 * @param loss mean negative natural-log probability per token of this update's batch
 * @param gradientNorm global norm before clipping
 * @param elapsedSeconds time in the training loop so far, of all attempts together; of an expert
 *     that is trained in slices, since the slice began
 * @param decision what the spike guard decided at this update, which was undone; empty if the
 *     update counts
 */
public record MetricsRow(
    String checkpoint,
    long step,
    long tokens,
    double loss,
    double gradientNorm,
    double learningRate,
    double elapsedSeconds,
    String decision) {}
