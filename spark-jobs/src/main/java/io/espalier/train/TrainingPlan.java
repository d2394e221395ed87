package io.espalier.train;

import java.io.Serializable;
import java.util.List;

/**
 * Everything that decides what one training run computes; two runs of the same plan on the same
 * tables with the same number of threads write the same bits.
 *
 * @param checkpoint name of what is trained: {@code seed}, {@code dense}, {@code expert/legal}
 * @param parent name of the checkpoint whose weights, moments and schedule it goes on from; empty =
 *     from initialisation
 * @param domains what it sees, each as often as it says
 * @param seed random seed of initialisation and sample order
 * @param firstStep updates that the parent has made: where the schedule goes on
 * @param lastStep updates made when the run is complete, exclusive end of [firstStep, lastStep)
 * @param firstSample the run's first sample in the order of its domains
 * @param batch sequences per update and per micro-batch
 * @param parallel ranks that compute it together
 * @param settings what all runs of the experiment share; its steps are the schedule's span
 */
public record TrainingPlan(
    String checkpoint,
    String parent,
    List<DomainSequences> domains,
    long seed,
    long firstStep,
    long lastStep,
    long firstSample,
    GlobalBatch batch,
    ParallelSettings parallel,
    TrainingSettings settings)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  public TrainingPlan {
    domains = List.copyOf(domains);
    if (firstStep < 0 || lastStep < firstStep || lastStep > settings.steps() || firstSample < 0) {
      throw new IllegalArgumentException(
          "%s can't train the updates [%d, %d) of %d from sample %d"
              .formatted(checkpoint, firstStep, lastStep, settings.steps(), firstSample));
    }
  }

  /** The same computation under other names. */
  public TrainingPlan named(String newCheckpoint, String newParent) {
    return new TrainingPlan(
        newCheckpoint,
        newParent,
        domains,
        seed,
        firstStep,
        lastStep,
        firstSample,
        batch,
        parallel,
        settings);
  }

  /** Updates this run makes itself. */
  public long steps() {
    return lastStep - firstStep;
  }

  /** Sequences this run consumes itself. */
  public long samples() {
    return batch.firstSample(steps());
  }

  /** Target positions this run computes itself, the padding of a domain's last window included. */
  public long tokens(int sequenceLengthTokens) {
    return Math.multiplyExact(samples(), (long) sequenceLengthTokens);
  }

  /** The number, in the order of samples, of the first sample of the update at {@code step}. */
  public long sampleAt(long step) {
    return firstSample + batch.firstSample(step - firstStep);
  }

  /** The learning rate of the update at {@code step}, over the span of seed and branch. */
  public double learningRate(long step) {
    return settings.schedule().learningRate(step, settings.steps());
  }
}
