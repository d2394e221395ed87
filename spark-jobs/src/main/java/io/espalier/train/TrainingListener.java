package io.espalier.train;

import io.espalier.checkpoint.Checkpoint;

/**
 * Watches a training run, and may stop it. Called by the training thread between updates, so it
 * should return quickly; nothing that is computed depends on it.
 */
public interface TrainingListener {

  /** Sees nothing, and stops when the thread is interrupted. */
  TrainingListener SILENT = new TrainingListener() {};

  /** The run starts, or goes on, after {@code step} updates. */
  default void started(TrainingPlan plan, long step) {}

  /**
   * An update was made.
   *
   * @param step updates made so far, the parent's included
   * @param loss mean −ln p per target of this update's batch
   */
  default void updated(long step, double loss) {}

  /** A row of metrics is complete; the next checkpoint will hold it. */
  default void metrics(MetricsRow row) {}

  /** The loss jumped, and the run goes on after {@code rewind.step()} updates. */
  default void rewound(Rewind rewind) {}

  /** A checkpoint was committed. */
  default void saved(Checkpoint checkpoint) {}

  /**
   * Asked after every update of a training by one rank; true saves a checkpoint and ends the run,
   * which then goes on elsewhere without losing anything.
   */
  default boolean leaveRequested() {
    return false;
  }

  /** Asked before every micro-batch; true ends the run, which can be taken up again later. */
  default boolean stopRequested() {
    return Thread.currentThread().isInterrupted();
  }
}
