package io.espalier.study;

import io.espalier.config.ConfigException;
import io.espalier.train.DomainSequences;
import io.espalier.train.ExpertSettings;
import io.espalier.train.GlobalBatch;
import io.espalier.train.ParallelSettings;
import io.espalier.train.TrainingPlan;
import io.espalier.train.TrainingPlanner;
import io.espalier.train.TrainingSettings;
import java.util.ArrayList;
import java.util.List;

/**
 * Trials of other batches and peak rates at the same number of tokens. Small models gain from more,
 * smaller updates, and an expert's batch is a fraction of the dense model's: without these a forest
 * can win for the wrong reason.
 */
final class SweepPlanner {
  private final TrainingSettings training;
  private final ExpertSettings experts;
  private final long seed;
  private final List<DomainSequences> domains;
  private final TrainingPlanner main;

  /** As {@link StudyPlanner}, with settings for trials. */
  SweepPlanner(
      TrainingSettings training, ExpertSettings experts, long seed, List<DomainSequences> domains) {
    this.training = training;
    this.experts = experts;
    this.seed = seed;
    this.domains = List.copyOf(domains);
    this.main = new TrainingPlanner(training, experts, seed, domains);
  }

  /** Those of all three sweeps. */
  List<Trial> trials(StudySettings study) {
    long steps = training.steps();
    int batch = training.globalBatchSequences();
    TrainingPlan own = main.experts().get(0);
    List<Trial> trials = new ArrayList<>();
    trials.addAll(sweep("dense_sweep", study.denseSweep(), steps, batch, this::dense));
    trials.addAll(
        sweep(
            "expert_sweep",
            study.expertSweep(),
            own.steps(),
            own.batch().globalSequences(),
            this::experts));
    trials.addAll(sweep("forest_sweep", study.forestSweep(), steps, batch, this::forest));
    return trials;
  }

  private interface Maker {
    Trial trial(int batch, double rate, long steps);
  }

  /** Every combination but the one that the run itself has. */
  private List<Trial> sweep(
      String key, SweepSettings sweep, long ownSteps, int ownBatch, Maker maker) {
    List<Trial> trials = new ArrayList<>();
    double ownRate = training.schedule().peakLearningRate();
    for (int batch : sweep.batchesOr(ownBatch)) {
      for (double rate : sweep.ratesOr(ownRate)) {
        long steps = updates(key, batch, ownSteps, ownBatch);
        if (batch != ownBatch || rate != ownRate) {
          trials.add(maker.trial(batch, rate, steps));
        }
      }
    }
    return trials;
  }

  private Trial dense(int batch, double rate, long steps) {
    TrainingSettings settings = training.withUpdates(steps, batch, rate);
    String name = "dense-batch-%d-rate-%s".formatted(batch, rate);
    TrainingPlan plan =
        new TrainingPlan(
            Trial.prefix(name) + TrainingPlanner.DENSE,
            "",
            domains,
            seed,
            0,
            steps,
            0,
            new GlobalBatch(batch, settings.microBatchSequences()),
            ParallelSettings.SERIAL,
            settings);
    return new Trial(name, TrialKind.DENSE_SWEEP, setting(batch, rate), List.of(plan));
  }

  /** Experts of the run's own seed; the schedule's rest is stretched over their updates. */
  private Trial experts(int batch, double rate, long branchSteps) {
    String name = "experts-batch-%d-rate-%s".formatted(batch, rate);
    long steps = training.seedSteps() + branchSteps;
    TrainingSettings settings = training.withUpdates(steps, training.globalBatchSequences(), rate);
    List<TrainingPlan> plans =
        main.experts().stream()
            .map(
                plan ->
                    new TrainingPlan(
                        Trial.prefix(name) + plan.checkpoint(),
                        plan.parent(),
                        plan.domains(),
                        seed,
                        plan.firstStep(),
                        steps,
                        plan.firstSample(),
                        new GlobalBatch(batch, settings.microBatchSequences()),
                        ParallelSettings.SERIAL,
                        settings))
            .toList();
    return new Trial(name, TrialKind.EXPERT_SWEEP, setting(batch, rate), plans);
  }

  /** Without a dense model, which has a sweep of its own. */
  private Trial forest(int batch, double rate, long steps) {
    String name = "forest-batch-%d-rate-%s".formatted(batch, rate);
    var planner =
        new TrainingPlanner(training.withUpdates(steps, batch, rate), experts, seed, domains);
    List<TrainingPlan> plans = new ArrayList<>(StudyPlanner.whole(name, planner));
    plans.removeIf(plan -> plan.checkpoint().endsWith("/" + TrainingPlanner.DENSE));
    return new Trial(name, TrialKind.FOREST_SWEEP, setting(batch, rate), plans);
  }

  /** So many updates of another batch see the same number of sequences. */
  private static long updates(String key, int batch, long steps, int configuredBatch) {
    long samples = Math.multiplyExact(steps, (long) configuredBatch);
    if (samples % batch != 0) {
      throw new ConfigException(
          "study.%s.global_batch_sequences has %d but %d updates of %d sequences (%d) can't be divided into updates of that many; %d would work"
              .formatted(key, batch, steps, configuredBatch, samples, configuredBatch));
    }
    return samples / batch;
  }

  private static String setting(int batch, double rate) {
    return "batch %d, rate %s".formatted(batch, rate);
  }
}
