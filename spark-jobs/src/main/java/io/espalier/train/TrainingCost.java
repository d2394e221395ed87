package io.espalier.train;

import java.io.Serializable;

/**
 * What a run has cost up to a checkpoint: all attempts that led to it, without the parent's cost
 * and without work that was lost with an attempt.
 *
 * @param samples sequences consumed
 * @param tokens target positions computed, a short window's padding included
 * @param flops floating-point operations by the architecture's formula
 * @param wallSeconds from the call of the trainer on, loading and checkpoints included
 * @param deviceSeconds wall seconds × devices held; on the CPU a core counts as a device
 * @param cpuSeconds of the training thread; with several threads, of the whole process, because the
 *     native library's threads can't be told from others
 * @param computeSeconds wall seconds inside the model; the rest is overhead
 * @param bytesCommunicated between the ranks, those of all ranks together; 0 with one rank
 */
public record TrainingCost(
    long samples,
    long tokens,
    double flops,
    double wallSeconds,
    double deviceSeconds,
    double cpuSeconds,
    double computeSeconds,
    long bytesCommunicated)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Nothing yet. */
  public static final TrainingCost NONE = new TrainingCost(0, 0, 0, 0, 0, 0, 0, 0);
}
