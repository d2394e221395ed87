package io.espalier.train;

import java.io.Serializable;

/**
 * What a training run reports every few updates.
 *
 * @param step updates made so far, the parent's included
 * @param tokens target positions the model has learned from so far, the parent's included
 * @param loss mean −ln p per target since the row before
 * @param gradientNorm global Euclidean norm of the last update's gradient, before clipping
 * @param learningRate of the last update
 * @param tokensPerSecond since the row before, by the wall clock
 * @param deviceSeconds that this run has held its devices so far; a CPU core counts as a device
 */
public record MetricsRow(
    long step,
    long tokens,
    double loss,
    double gradientNorm,
    double learningRate,
    double tokensPerSecond,
    double deviceSeconds)
    implements Serializable {
  private static final long serialVersionUID = 1L;
}
