package io.espalier.train;

import io.espalier.config.ConfigException;
import io.espalier.config.Rule;
import io.espalier.torch.Precision;
import java.io.Serializable;

/**
 * The training section of an experiment: what seed, dense baseline and experts share.
 *
 * @param precision of the arithmetic; master weights are float32 or wider
 * @param steps updates of the dense baseline = updates of the seed + updates of each expert
 * @param seedShare the share of the updates that the seed makes (paper: 0.4 to 0.6 is best)
 * @param seedMixture how often each domain comes in seed and dense baseline
 * @param globalBatchSequences sequences per update of seed and dense baseline
 * @param microBatchSequences sequences per forward and backward pass; a smaller global batch is one
 *     micro-batch
 * @param recompute whether backward computes activations again instead of keeping them
 * @param parallel ranks of seed and dense baseline
 * @param stability what is done about spikes of the loss
 * @param checkpointSteps updates between checkpoints; one more is written at the end
 * @param keepCheckpoints how many checkpoints of a model stay on disk
 * @param metricsSteps updates between rows of metrics
 * @param device {@code auto}, {@code cpu}, {@code cuda:0}, …
 * @param initialWeights folder of a checkpoint that a training without a parent begins with; empty
 *     = initialised at random
 */
public record TrainingSettings(
    Precision precision,
    long steps,
    double seedShare,
    SeedMixture seedMixture,
    int globalBatchSequences,
    int microBatchSequences,
    boolean recompute,
    ParallelSettings parallel,
    OptimizerSettings optimizer,
    Schedule schedule,
    StabilitySettings stability,
    int checkpointSteps,
    int keepCheckpoints,
    int metricsSteps,
    String device,
    String initialWeights)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  public TrainingSettings {
    Rule.positive("steps", (double) steps);
    Rule.positive("global_batch_sequences", globalBatchSequences);
    Rule.positive("micro_batch_sequences", microBatchSequences);
    GlobalBatch.checkDivisible(
        "global_batch_sequences",
        globalBatchSequences,
        microBatchSequences,
        parallel.dataParallelSize());
    Rule.positive("checkpoint_steps", checkpointSteps);
    Rule.positive("keep_checkpoints", keepCheckpoints);
    Rule.positive("metrics_steps", metricsSteps);
    Rule.notBlank("device", device);
    if (!(seedShare >= 0 && seedShare < 1) || Math.round(steps * seedShare) >= steps) {
      throw new ConfigException(
          "seed_share is %s but must be at least 0 and below 1, and leave updates for the experts"
                  .formatted(seedShare)
              + " out of steps (%d); 0.5 would work".formatted(steps));
    }
  }

  /** With all domains equally often in seed and dense baseline. */
  public TrainingSettings(
      Precision precision,
      long steps,
      double seedShare,
      int globalBatchSequences,
      int microBatchSequences,
      boolean recompute,
      ParallelSettings parallel,
      OptimizerSettings optimizer,
      Schedule schedule,
      StabilitySettings stability,
      int checkpointSteps,
      int keepCheckpoints,
      int metricsSteps,
      String device) {
    this(
        precision,
        steps,
        seedShare,
        new BalancedMixture(),
        globalBatchSequences,
        microBatchSequences,
        recompute,
        parallel,
        optimizer,
        schedule,
        stability,
        checkpointSteps,
        keepCheckpoints,
        metricsSteps,
        device,
        "");
  }

  /** The same for one rank, with as few checkpoints as resuming takes. */
  public TrainingSettings ofTrial() {
    return copy(steps, seedShare, globalBatchSequences, ParallelSettings.SERIAL, schedule, 1);
  }

  /** The same with another share of the updates in the seed. */
  public TrainingSettings withSeedShare(double share) {
    return copy(steps, share, globalBatchSequences, parallel, schedule, keepCheckpoints);
  }

  /** The same with another number of updates, batch of seed and dense model, and peak rate. */
  public TrainingSettings withUpdates(long newSteps, int batchSequences, double peakLearningRate) {
    return copy(
        newSteps,
        seedShare,
        batchSequences,
        parallel,
        schedule.withPeak(peakLearningRate),
        keepCheckpoints);
  }

  /** The same with a schedule that spans this many updates, all of them a branch's. */
  TrainingSettings spanning(long updates) {
    return copy(updates, 0, globalBatchSequences, parallel, schedule, keepCheckpoints);
  }

  /** The same for a stretch of a training that ends here, at one rate. */
  TrainingSettings ofSlice(long lastStep, double learningRate) {
    Schedule constant = new ConstantSchedule(learningRate, 0);
    return copy(lastStep, 0, globalBatchSequences, parallel, constant, 1);
  }

  private TrainingSettings copy(
      long newSteps,
      double share,
      int batchSequences,
      ParallelSettings ranks,
      Schedule newSchedule,
      int keep) {
    return new TrainingSettings(
        precision,
        newSteps,
        share,
        seedMixture,
        batchSequences,
        microBatchSequences,
        recompute,
        ranks,
        optimizer,
        newSchedule,
        stability,
        checkpointSteps,
        keep,
        metricsSteps,
        device,
        initialWeights);
  }

  /** Updates of the seed model. */
  public long seedSteps() {
    return Math.round(steps * seedShare);
  }
}
