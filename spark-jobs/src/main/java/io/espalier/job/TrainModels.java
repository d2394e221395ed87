package io.espalier.job;

import io.espalier.checkpoint.Checkpoint;
import io.espalier.config.ConfigException;
import io.espalier.config.FormatException;
import io.espalier.config.RunPaths;
import io.espalier.forest.BranchPoint;
import io.espalier.train.DomainSequences;
import io.espalier.train.MarginalBudget;
import io.espalier.train.ModelSpec;
import io.espalier.train.Rewind;
import io.espalier.train.TrainingMetrics;
import io.espalier.train.TrainingPlan;
import io.espalier.train.TrainingPlanner;
import io.espalier.train.TrainingResult;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Trains the seed, the dense baseline and the experts (Li et al. 2022, section 3): each run is one
 * Spark task, experts side by side, without communication.
 */
final class TrainModels {
  private static final String EXPERTS = "train-experts";

  private final Run run;
  private final ModelSpec spec;
  private final RunModel model;
  private final RunFiles files;
  private final TrainingPlanner planner;
  private final TrainingRecords records;
  private final SameText sameText;

  private TrainModels(Run run, RunModel model) {
    this.run = run;
    this.model = model;
    this.spec = model.spec();
    this.files = model.files();
    this.planner = model.planner();
    this.records = new TrainingRecords(run, model);
    this.sameText = SameText.of(run);
  }

  static TrainModels of(Run run) {
    return new TrainModels(run, RunModel.of(run));
  }

  /** One task with all the cores of an executor. */
  void seed() {
    TrainingPlan plan = planner.seed();
    if (plan.steps() > 0) {
      train("train-seed", List.of(plan));
    } else {
      run.listener()
          .stageSkipped("train-seed", "seed_share is 0: experts begin with one initialisation");
    }
  }

  /**
   * The model on the whole budget. It goes on from the seed, which is the same model, bit for bit,
   * that it would be after the seed's updates: no update is computed twice.
   */
  void dense() {
    TrainingPlan plan = planner.denseFromSeed();
    requireSeed(plan);
    train("train-dense", List.of(plan));
  }

  /**
   * One task per expert, the experts of a curriculum's batch side by side; domains that were
   * withdrawn from the forest get none.
   */
  void experts() {
    Set<String> withdrawn = new ForestTable(run).history().withdrawnDomains();
    List<List<TrainingPlan>> batches =
        planner.expertBatches().stream()
            .map(batch -> batch.stream().filter(p -> !withdrawn.contains(domain(p))).toList())
            .filter(batch -> !batch.isEmpty())
            .toList();
    if (batches.isEmpty()) {
      run.listener().stageSkipped("train-experts", "every configured expert was withdrawn");
      return;
    }
    requireSeed(batches.get(0).get(0));
    if (run.settings().experts().budget() instanceof MarginalBudget) {
      slices().train(withdrawn);
      return;
    }
    train(EXPERTS, batches.get(0));
    for (List<TrainingPlan> batch : batches.subList(1, batches.size())) {
      new RecordForest(run, RunModel.of(run)).record(); // The next batch branches from it.
      train(EXPERTS, batch.stream().map(this::branched).toList());
    }
  }

  /** The experts' training where slices of it are given away one after the other. */
  TrainSlices slices() {
    return new TrainSlices(run, model, EXPERTS, records, this::complete);
  }

  /** A plan of a later batch with the branch that the configuration asks for. */
  private TrainingPlan branched(TrainingPlan plan) {
    BranchPoint from =
        BranchPoint.parse("experts.branch_from", run.settings().experts().branchFrom());
    if (from.isSeed() || complete(plan).isPresent()) {
      return plan;
    }
    RunModel model = RunModel.of(run);
    Growth growth = new Growth(domain(plan), "", from, false, 0);
    return plan.named(
        plan.checkpoint(),
        new BranchCheckpoint(run, model, ForestMembers.of(run, model)).of(growth));
  }

  private static String domain(TrainingPlan plan) {
    return plan.domains().get(0).domain();
  }

  /** Carries plans out, one task each, unless they are complete. */
  void train(String stage, List<TrainingPlan> plans) {
    List<TrainingPlan> unfinished = plans.stream().filter(p -> complete(p).isEmpty()).toList();
    if (unfinished.isEmpty()) {
      run.listener().stageSkipped(stage, "complete: " + described(plans));
    } else {
      run.listener().stageStarted(stage, described(unfinished));
      unfinished.forEach(plan -> announce(stage, plan));
      long start = System.nanoTime();
      List<TrainingResult> results = run(stage, unfinished);
      run.listener().stageFinished(stage, summary(results, (System.nanoTime() - start) / 1e9));
    }
    Map<String, Checkpoint> finished = new LinkedHashMap<>();
    plans.forEach(plan -> finished.put(plan.checkpoint(), finished(plan)));
    unfinished.forEach(plan -> tellRewinds(plan.checkpoint(), finished));
    records.add(stage, finished);
  }

  /** So that what waits for a slot counts from the beginning. */
  private void announce(String stage, TrainingPlan plan) {
    long tokens = plan.tokens(spec.sequenceLengthTokens());
    run.listener().progress(stage, plan.checkpoint(), 0, tokens, "tokens", "");
  }

  private List<TrainingResult> run(String stage, List<TrainingPlan> plans) {
    if (plans.get(0).parallel().worldSize() > 1) {
      return new ParallelTraining(run, spec, files).train(stage, plans);
    }
    int threads = plans.size() == 1 ? run.coresOfOneExecutor() : run.coresForEachOf(plans.size());
    List<TrainTask> tasks =
        plans.stream().map(plan -> new TrainTask(files, plan, spec, stage, threads)).toList();
    return Resubmission.whileMovingOn(
        stage,
        () -> plans.stream().mapToLong(files::newestStep).sum(),
        () -> SlotMeter.holding(run.spark().sparkContext(), threads, () -> submit(stage, tasks)));
  }

  private List<TrainingResult> submit(String stage, List<TrainTask> tasks) {
    return OneTaskPerPlan.longestFirst(
        run.spark(),
        stage,
        tasks,
        task -> task.plan().tokens(spec.sequenceLengthTokens()),
        TrainTask::train);
  }

  /** The last checkpoint of a plan that is complete. */
  private Optional<Checkpoint> complete(TrainingPlan plan) {
    Optional<Checkpoint> last = files.complete(plan);
    last.ifPresent(checkpoint -> requireSameText(plan, checkpoint));
    return last;
  }

  /** From the checkpoint, which knows those of earlier attempts as well. */
  private void tellRewinds(String name, Map<String, Checkpoint> finished) {
    for (Rewind rewind : TrainingMetrics.rewinds(Objects.requireNonNull(finished.get(name)))) {
      run.listener().message("  %s: %s".formatted(name, rewind));
    }
  }

  private Checkpoint finished(TrainingPlan plan) {
    return complete(plan)
        .orElseThrow(
            () -> new FormatException(plan.checkpoint() + " is complete but its files are gone"));
  }

  private void requireSameText(TrainingPlan plan, Checkpoint checkpoint) {
    long trainedOn =
        checkpoint.manifest().provenance().tableVersions().getOrDefault("sequences", -1L);
    for (DomainSequences domain : plan.domains()) {
      if (!sameText.since(trainedOn, domain.domain(), domain.split())) {
        throw new ConfigException(
            "%s was trained on version %d of the sequences but the text of %s has changed since: they are at version %d; take another --output"
                .formatted(
                    RunPaths.shown(checkpoint.location()),
                    trainedOn,
                    domain.domain(),
                    files.sequencesVersion()));
      }
    }
  }

  private void requireSeed(TrainingPlan branch) {
    if (!branch.parent().isEmpty() && complete(planner.seed()).isEmpty()) {
      throw new ConfigException(
          "%s goes on from the seed, but %s has no complete one; run espalier train-seed first"
              .formatted(
                  branch.checkpoint(), RunPaths.shown(run.paths().checkpoint(branch.parent()))));
    }
  }

  private String described(List<TrainingPlan> plans) {
    TrainingPlan first = plans.get(0);
    long tokens = plans.stream().mapToLong(p -> p.tokens(spec.sequenceLengthTokens())).sum();
    if (plans.stream().anyMatch(plan -> plan.steps() != first.steps())) {
      return String.format(
          Locale.ROOT,
          "%d experts, %s updates with %d sequences each, %,d tokens",
          plans.size(),
          plans.stream()
              .map(plan -> String.format(Locale.ROOT, "%s %,d", domain(plan), plan.steps()))
              .collect(Collectors.joining(", ")),
          first.batch().globalSequences(),
          tokens);
    }
    return String.format(
        Locale.ROOT,
        "%s, updates %d to %d with %d sequences each, %,d tokens",
        plans.size() == 1 ? first.checkpoint() : plans.size() + " experts",
        first.firstStep() + 1,
        first.lastStep(),
        first.batch().globalSequences(),
        tokens);
  }

  private static String summary(List<TrainingResult> results, double seconds) {
    long tokens = results.stream().mapToLong(r -> r.cost().tokens()).sum();
    double loss = results.stream().mapToDouble(TrainingResult::loss).average().orElse(Double.NaN);
    return String.format(
        Locale.ROOT,
        "%,d tokens, %,.0f tokens/s, %s %.2f",
        tokens,
        tokens / Math.max(seconds, 1e-3),
        results.size() == 1 ? "last loss" : "mean of the last losses",
        loss);
  }
}
