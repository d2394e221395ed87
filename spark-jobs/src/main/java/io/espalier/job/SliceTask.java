package io.espalier.job;

import io.espalier.checkpoint.Checkpoint;
import io.espalier.model.ModelOptions;
import io.espalier.train.ResourceClock;
import io.espalier.train.TrainingPlan;
import io.espalier.train.TrainingResult;
import java.io.Serializable;
import java.util.Objects;

/**
 * Trains one slice of an expert and asks what it brought, in the same task.
 *
 * @param isTrained whether the slice's checkpoint is complete, so that it is only asked
 * @param perplexityBefore of what the slice goes on from; NaN = the task asks that, too
 * @param scoring what of the domain's validation split is asked; its model's name is the slice's
 */
record SliceTask(TrainTask training, boolean isTrained, double perplexityBefore, ScoreTask scoring)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /**
   * What came out.
   *
   * @param deviceSeconds of the training
   * @param scored positions that were predicted
   * @param cost of predicting them
   */
  record Outcome(
      String slice,
      double perplexityBefore,
      double perplexityAfter,
      double deviceSeconds,
      long scored,
      ScoreTask.Cost cost)
      implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  /** Trains, unless that is done, and asks. */
  Outcome run() {
    TrainingPlan plan = training.plan();
    if (!isTrained) {
      training.train();
    }
    Checkpoint slice = training.files().checkpoints(plan.checkpoint()).at(plan.lastStep());
    String device = TaskDevice.of(scoring.device());
    ModelOptions options = new ModelOptions(scoring.precision(), false, device, scoring.threads());
    ResourceClock clock = ResourceClock.start(options);
    boolean asksBefore = Double.isNaN(perplexityBefore);
    double before =
        asksBefore
            ? perplexity(options, training.files().checkpoints(plan.parent()).at(plan.firstStep()))
            : perplexityBefore;
    double after = perplexity(options, slice);
    return new Outcome(
        plan.checkpoint(),
        before,
        after,
        TrainingResult.of(plan.checkpoint(), slice, slice.step()).cost().deviceSeconds(),
        scoring.tokens() * (asksBefore ? 2 : 1),
        new ScoreTask.Cost(plan.checkpoint(), device, clock.deviceSeconds(), clock.cpuSeconds()));
  }

  private double perplexity(ModelOptions options, Checkpoint checkpoint) {
    String domain = scoring.splits().get(0).domain();
    return Objects.requireNonNull(
        RowPerplexities.byDomain(scoring.rows(options, checkpoint)).get(domain));
  }
}
