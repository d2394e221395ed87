package io.espalier.train;

/**
 * Loss, gradient or weights became infinite or no number. Neither a bug nor a damaged file: the
 * same plan diverges again at the same step, so repeating it is of no use. The last good checkpoint
 * stays.
 */
public final class TrainingDivergedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final long step;
  private final double learningRate;

  /**
   * @param step number of the update that failed, from 1
   * @param what is wrong: {@code its loss is NaN}
   * @param kept which checkpoint stays
   */
  TrainingDivergedException(TrainingPlan plan, long step, String what, String kept) {
    super(
        ("%s diverged: %s at step %d with learning rate %s; %s; a lower"
                + " training.schedule.peak_learning_rate, more warm-up, a smaller"
                + " training.optimizer.gradient_clip_norm or a training.stability.spike_factor may"
                + " help")
            .formatted(plan.checkpoint(), what, step, plan.learningRate(step - 1), kept));
    this.step = step;
    this.learningRate = plan.learningRate(step - 1);
  }

  /** Number of the update that failed, from 1. */
  public long step() {
    return step;
  }

  /** The rate of the update that failed. */
  public double learningRate() {
    return learningRate;
  }
}
