package io.espalier.train;

import com.fasterxml.jackson.databind.JsonNode;
import io.espalier.checkpoint.Checkpoint;
import io.espalier.model.AdamWStep;
import io.espalier.model.LanguageModel;
import io.espalier.model.ModelOptions;
import io.espalier.model.Ranks;
import io.espalier.model.TokenBatch;
import io.espalier.train.SpikeGuard.Spike;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;

/**
 * The training loop of seed, dense baseline and experts alike. What it computes is decided by its
 * plan; a run that was killed and started again ends with the same bits as an undisturbed one with
 * the same number of threads.
 */
public final class Trainer {
  private final TrainingPlan plan;
  private final LanguageModel model;
  private final Ranks ranks;
  private final SampleReader samples;
  private final TrainingMeter meter;
  private final TrainingCheckpoints checkpoints;
  private final TrainingListener listener;
  private final JsonNode identity;
  private final SpikeGuard guard;
  private final long startStep;
  private long optimizerUpdates;
  private long step;

  private Trainer(
      TrainingPlan plan,
      LanguageModel model,
      Ranks ranks,
      SampleReader samples,
      TrainingMeter meter,
      TrainingCheckpoints checkpoints,
      TrainingListener listener,
      TrainingState start) {
    this.plan = plan;
    this.model = model;
    this.ranks = ranks;
    this.samples = samples;
    this.meter = meter;
    this.checkpoints = checkpoints;
    this.listener = listener;
    this.identity = start.plan();
    this.guard =
        new SpikeGuard(
            plan.settings().stability(), plan.batch().globalSequences(), start.stability());
    this.optimizerUpdates = start.optimizerUpdates();
    this.startStep = start.step();
    this.step = start.step();
  }

  /**
   * Carries a plan out, from its newest own checkpoint if there is one. Returns at once if it is
   * complete already.
   *
   * @param options how this task computes: the settings' precision, its device and threads
   * @param shards one per domain of the plan, in its order
   * @param checkpoints where the run starts and saves
   * @param listener watches, and may stop it
   * @throws TrainingDivergedException if loss, gradient or weights are no longer finite
   * @throws CancellationException if the listener asked to stop; the next call goes on from the
   *     last checkpoint
   * @throws io.espalier.config.ConfigException if the own checkpoint is of another plan
   * @throws io.espalier.config.FormatException if a shard or the parent isn't what was planned with
   */
  public static TrainingResult train(
      TrainingPlan plan,
      ModelSpec spec,
      ModelOptions options,
      List<LocalShard> shards,
      TrainingCheckpoints checkpoints,
      TrainingListener listener) {
    return train(plan, spec, options, Ranks.serial(), shards, checkpoints, listener);
  }

  /**
   * As one of several ranks that train a model together: all of them call this with the same
   * arguments but for their own ranks. Rank 0 alone writes checkpoints.
   *
   * @param ranks as many as the plan says
   * @throws io.espalier.comm.CommunicatorException if another rank fails, hangs or disagrees
   */
  public static TrainingResult train(
      TrainingPlan plan,
      ModelSpec spec,
      ModelOptions options,
      Ranks ranks,
      List<LocalShard> shards,
      TrainingCheckpoints checkpoints,
      TrainingListener listener) {
    plan.parallel().check(spec, plan.batch());
    JsonNode identity = checkpoints.identity(plan, spec);
    Optional<TrainingResult> complete = checkpoints.completed(plan, identity);
    if (complete.isPresent()) {
      return complete.get();
    }
    ResourceClock clock = ResourceClock.start(options);
    SampleReader samples = new SampleReader(plan, spec, shards);
    try (LanguageModel model = spec.build(options, ranks)) {
      TrainingCheckpoints.Start start = checkpoints.restore(model, plan, identity, ranks);
      TrainingMeter meter =
          new TrainingMeter(
              clock, spec, options.recompute(), ranks.worldSize(), start.state(), start.rows());
      Trainer trainer =
          new Trainer(plan, model, ranks, samples, meter, checkpoints, listener, start.state());
      Optional<Checkpoint> last = trainer.run();
      ranks.barrier(); // Others read what rank 0 has written.
      return TrainingResult.of(
          plan.checkpoint(), last.orElseGet(checkpoints::newest), start.state().step());
    }
  }

  /** The last checkpoint, where this rank writes them. */
  private Optional<Checkpoint> run() {
    listener.started(plan, startStep);
    while (step < plan.lastStep()) {
      Optional<Spike> spike = update();
      if (spike.isPresent()) {
        goBack(spike.get());
        continue;
      }
      if (isDue(plan.settings().metricsSteps())) {
        listener.metrics(meter.row(step, learningRate(step - 1)));
      }
      boolean leaves = ranks.worldSize() == 1 && listener.leaveRequested();
      if ((leaves || isDue(plan.settings().checkpointSteps())) && step < plan.lastStep()) {
        save();
        if (leaves) {
          throw stopped();
        }
      }
    }
    return save();
  }

  private boolean isDue(int everySteps) {
    return step % everySteps == 0 || step == plan.lastStep();
  }

  /**
   * One update: gradients of all micro-batches, normalised per target of the global batch. After a
   * spike the weights are of no use any more.
   */
  private Optional<Spike> update() {
    long firstSample = sampleAt(step);
    long targets = samples.targets(firstSample);
    double lossSum = 0;
    for (int i = 0; i < plan.batch().accumulation(); i++) {
      stopIfRequested();
      long first = firstSample + plan.batch().firstSample(i, ranks.data().rank());
      boolean last = i == plan.batch().accumulation() - 1;
      lossSum += addGradients(samples.microBatch(first), 1.0 / targets, last);
    }
    long start = System.nanoTime();
    lossSum = completed(lossSum);
    double loss = lossSum / targets;
    requireFinite("loss", loss);
    double norm = model.update(adamW());
    meter.computed(System.nanoTime() - start);
    requireFinite("gradient norm", norm);
    meter.updated(plan.batch().globalSequences(), lossSum, targets, norm);
    Optional<Spike> spike = guard.judge(step + 1, loss, norm);
    if (spike.isPresent()) {
      return spike;
    }
    step++;
    optimizerUpdates++;
    int checkSteps = plan.parallel().consistencyCheckSteps();
    if (checkSteps > 0 && isDue(checkSteps)) {
      ConsistencyCheck.check(model, ranks, step, sampleAt(step));
    }
    listener.updated(step, loss);
    return Optional.empty();
  }

  /**
   * Goes on from the newest checkpoint (or from where the run began, before there is one) with the
   * batches behind the spike. All ranks have seen the same numbers and do the same.
   */
  private void goBack(Spike spike) {
    if (guard.isExhausted()) {
      throw new TrainingDivergedException(
          plan,
          spike.step(),
          "%s (it has gone back %d times, as often as training.stability.maximum_rewinds allows)"
              .formatted(spike, plan.settings().stability().maximumRewinds()),
          checkpoints.kept());
    }
    TrainingCheckpoints.Start start = checkpoints.restore(model, plan, identity, ranks);
    step = start.state().step();
    optimizerUpdates = start.state().optimizerUpdates();
    Rewind rewind = guard.goBack(spike, step, start.state().stability());
    meter.goBack(start.state(), start.rows());
    listener.rewound(rewind);
  }

  private long sampleAt(long atStep) {
    return plan.sampleAt(atStep) + guard.skippedSamples();
  }

  private double learningRate(long atStep) {
    return plan.learningRate(atStep) * guard.learningRateFactor();
  }

  private double addGradients(TokenBatch batch, double scale, boolean last) {
    long start = System.nanoTime();
    double loss = last ? model.addLastGradients(batch, scale) : model.addGradients(batch, scale);
    meter.computed(System.nanoTime() - start);
    return loss;
  }

  /** The loss of the global batch, once all ranks' gradients are summed. */
  private double completed(double ownLoss) {
    model.completeGradients();
    return ranks.sumOverData(ownLoss);
  }

  private AdamWStep adamW() {
    OptimizerSettings optimizer = plan.settings().optimizer();
    return new AdamWStep(
        optimizer.beta1(),
        optimizer.beta2(),
        optimizer.epsilon(),
        optimizer.weightDecay(),
        optimizer.gradientClipNorm(),
        learningRate(step),
        optimizerUpdates + 1);
  }

  private void stopIfRequested() {
    if (listener.stopRequested()) {
      throw stopped();
    }
  }

  private CancellationException stopped() {
    return new CancellationException(
        "%s was stopped after update %d of %d; the next start goes on from its last checkpoint"
            .formatted(plan.checkpoint(), step, plan.lastStep()));
  }

  private void requireFinite(String what, double value) {
    if (!Double.isFinite(value) && !guard.isOn()) {
      throw new TrainingDivergedException(
          plan, step + 1, "its %s is %s".formatted(what, value), checkpoints.kept());
    }
  }

  private Optional<Checkpoint> save() {
    TrainingState state =
        new TrainingState(
            step,
            optimizerUpdates,
            meter.tokens(),
            sampleAt(step),
            meter.cost(ranks),
            meter.interval(),
            guard.state(),
            identity);
    if (!ranks.isLeader()) {
      checkpoints.contribute(model, ranks);
      return Optional.empty();
    }
    try {
      Checkpoint saved = checkpoints.save(model, plan, state, meter.rows());
      listener.saved(saved);
      return Optional.of(saved);
    } catch (NotFiniteException e) {
      throw new TrainingDivergedException(plan, step, "its " + e.getMessage(), checkpoints.kept());
    } catch (UncheckedIOException e) {
      if (Thread.currentThread().isInterrupted()) { // Java closes files under interrupted threads.
        throw (CancellationException) stopped().initCause(e);
      }
      throw e;
    }
  }
}
