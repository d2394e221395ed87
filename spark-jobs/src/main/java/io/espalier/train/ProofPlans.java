package io.espalier.train;

import io.espalier.torch.Precision;

/**
 * The same updates, planned twice, after one checkpoint: as the training makes them, and by one
 * rank alone in float64. What they come to differs by rounding, or an exchange between ranks is
 * wrong.
 *
 * @param parallel with the training's own ranks and precision
 * @param serial one rank, float64
 */
public record ProofPlans(TrainingPlan parallel, TrainingPlan serial) {

  /** Where float64 is at home. */
  private static final String CPU = "cpu";

  /**
   * Plans some updates of a training again.
   *
   * @param plan the training
   * @param parent whose checkpoint they start from: the training itself, or its parent
   * @param step updates that checkpoint has made
   * @param steps updates to repeat; the training has as many after that step
   * @param folder under which both have their checkpoints, as names
   */
  public static ProofPlans after(
      TrainingPlan plan, String parent, long step, long steps, String folder) {
    return new ProofPlans(
        repeated(
            plan,
            parent,
            step,
            steps,
            folder + "/parallel",
            plan.parallel(),
            plan.settings().precision(),
            plan.settings().device()),
        repeated(
            plan,
            parent,
            step,
            steps,
            folder + "/serial",
            ParallelSettings.SERIAL,
            Precision.FLOAT64,
            CPU));
  }

  private static TrainingPlan repeated(
      TrainingPlan plan,
      String parent,
      long step,
      long steps,
      String checkpoint,
      ParallelSettings parallel,
      Precision precision,
      String device) {
    TrainingSettings s = plan.settings();
    TrainingSettings settings =
        new TrainingSettings(
            precision,
            s.steps(),
            s.seedShare(),
            s.globalBatchSequences(),
            s.microBatchSequences(),
            s.recompute(),
            s.parallel(),
            s.optimizer(),
            s.schedule(),
            s.stability(),
            Integer.MAX_VALUE, // One checkpoint, at the end.
            1,
            1, // A row of metrics for every update.
            device);
    GlobalBatch batch = plan.batch();
    return new TrainingPlan(
        checkpoint,
        parent,
        plan.domains(),
        plan.seed(),
        step,
        step + steps,
        plan.sampleAt(step),
        new GlobalBatch(
            batch.globalSequences(), batch.microSequences(), parallel.dataParallelSize()),
        parallel,
        settings);
  }
}
