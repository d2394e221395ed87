package io.espalier.job;

import io.espalier.checkpoint.Checkpoint;
import io.espalier.config.ConfigException;
import io.espalier.config.RunPaths;
import io.espalier.evaluate.Result;
import io.espalier.table.ResultRow;
import io.espalier.table.Table;
import io.espalier.table.TableCommit;
import io.espalier.table.TableSchema;
import io.espalier.train.ProofDifference;
import io.espalier.train.ProofPlans;
import io.espalier.train.TrainingPlan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.hadoop.fs.Path;

/**
 * Repeats updates of this run's own training, from one of its checkpoints and on the same samples:
 * by its ranks in its precision, and by one task in float64. How far the two come apart is rounding
 * alone, unless an exchange between ranks is wrong.
 */
final class ProveParallel {
  /** Below the run's checkpoints, for the time of the proof. */
  private static final String FOLDER = "proof";

  private final Run run;
  private final RunModel model;

  ProveParallel(Run run, RunModel model) {
    this.run = run;
    this.model = model;
  }

  /**
   * Where to start.
   *
   * @param parent name of the checkpoint's training
   */
  private record Start(TrainingPlan plan, String parent, Checkpoint checkpoint) {}

  /**
   * Proves, and adds what it found to the table results.
   *
   * @param steps updates to repeat
   * @throws ConfigException if the run trains with one rank, or has no checkpoint with as many
   *     updates after it
   */
  List<Result> prove(long steps) {
    if (run.settings().training().parallel().worldSize() == 1) {
      throw new ConfigException(
          "training.parallel has one rank, so there is nothing to prove; a run with tensor_parallel_size or data_parallel_size 2 or more would work");
    }
    Start start = start(steps);
    ProofPlans plans =
        ProofPlans.after(start.plan, start.parent, start.checkpoint.step(), steps, FOLDER);
    run.listener()
        .stageStarted(
            "prove",
            "updates %d to %d of %s by %d ranks and by one in float64"
                .formatted(
                    plans.serial().firstStep() + 1,
                    plans.serial().lastStep(),
                    start.plan.checkpoint(),
                    plans.parallel().parallel().worldSize()));
    removeCheckpoints();
    try {
      new ParallelTraining(run, model.spec(), model.files())
          .train("prove", List.of(plans.parallel()));
      trainSerially(plans.serial());
      ProofDifference difference =
          ProofDifference.between(last(plans.parallel()), last(plans.serial()));
      List<Result> results = results(start, plans, difference);
      keep(results);
      run.listener().stageFinished("prove", sentence(difference));
      return results;
    } finally {
      removeCheckpoints();
    }
  }

  /** The newest checkpoint of dense or seed that has enough updates after it. */
  private Start start(long steps) {
    TrainingPlan seed = model.planner().seed();
    TrainingPlan dense = model.planner().denseFromSeed();
    List<Start> starts = new ArrayList<>();
    all(seed).forEach(c -> starts.add(new Start(seed, "seed", c)));
    all(seed).stream()
        .filter(c -> c.step() == dense.firstStep())
        .forEach(c -> starts.add(new Start(dense, "seed", c)));
    all(dense).forEach(c -> starts.add(new Start(dense, "dense", c)));
    Optional<Start> newest =
        starts.stream()
            .filter(s -> s.checkpoint.step() + steps <= s.plan.lastStep())
            .reduce((first, second) -> second);
    return newest.orElseThrow(() -> tooFew(steps, starts));
  }

  private ConfigException tooFew(long steps, List<Start> starts) {
    long most =
        starts.stream().mapToLong(s -> s.plan.lastStep() - s.checkpoint.step()).max().orElse(0);
    return most == 0
        ? new ConfigException(
            "%s has no checkpoint of seed or dense to start from; run espalier train-seed first"
                .formatted(RunPaths.shown(run.paths().root())))
        : new ConfigException(
            "steps is %d but %d is the most that any checkpoint of seed or dense has after it"
                .formatted(steps, most));
  }

  private List<Checkpoint> all(TrainingPlan plan) {
    return model.files().checkpoints(plan.checkpoint()).all();
  }

  private Checkpoint last(TrainingPlan plan) {
    return model.files().checkpoints(plan.checkpoint()).at(plan.lastStep());
  }

  private void trainSerially(TrainingPlan plan) {
    int threads = run.coresOfOneExecutor();
    OneTaskPerPlan.longestFirst(
        run.spark(),
        "prove " + plan.checkpoint(),
        List.of(new TrainTask(model.files(), plan, model.spec(), "prove", threads)),
        task -> 1,
        TrainTask::train);
  }

  private void removeCheckpoints() {
    Path folder = new Path(run.paths().checkpoint(FOLDER));
    try {
      folder.getFileSystem(model.files().configuration()).delete(folder, true);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot delete " + folder, e);
    }
  }

  private List<Result> results(Start start, ProofPlans plans, ProofDifference difference) {
    long tokens = plans.serial().tokens(model.spec().sequenceLengthTokens());
    List<Result> results = new ArrayList<>();
    String name = start.plan.checkpoint();
    String hash = start.checkpoint.hash();
    results.add(result(name, Result.PARALLEL_LOSS_DIFFERENCE, difference.loss(), tokens, hash));
    results.add(
        result(name, Result.PARALLEL_NORM_DIFFERENCE, difference.gradientNorm(), tokens, hash));
    results.add(
        result(name, Result.PARALLEL_PARAMETER_DIFFERENCE, difference.parameters(), tokens, hash));
    return results;
  }

  private static Result result(
      String name, String metric, double value, long tokens, String checkpointHash) {
    return new Result(
        name,
        Result.MEAN_TRAINING,
        Result.TRAINING,
        Result.TRAINING_SPLIT,
        metric,
        value,
        tokens,
        checkpointHash);
  }

  /** In the place of earlier proofs; figures of models stay, and what they were made from. */
  private void keep(List<Result> proof) {
    Table<ResultRow> table = run.table(TableSchema.RESULTS);
    List<ResultRow> rows = new ArrayList<>();
    Optional<TableCommit> before = table.latestCommit();
    before.ifPresent(
        commit ->
            table.collect(commit.version()).stream()
                .filter(row -> !ResultRows.result(row).isProof())
                .forEach(rows::add));
    proof.forEach(r -> rows.add(ResultRows.row(r, model.files().sequencesVersion())));
    table.overwrite(rows, before.map(TableCommit::fingerprint).orElse(""), "");
  }

  /** What earlier proofs of this run found. */
  static List<Result> proved(Table<ResultRow> table) {
    return table
        .latestCommit()
        .map(
            commit ->
                table.collect(commit.version()).stream()
                    .map(ResultRows::result)
                    .filter(Result::isProof)
                    .toList())
        .orElse(List.of());
  }

  private static String sentence(ProofDifference difference) {
    return String.format(
        Locale.ROOT,
        "largest relative differences: loss %.1e, gradient norm %.1e, parameters %.1e (%s)",
        difference.loss(),
        difference.gradientNorm(),
        difference.parameters(),
        difference.tensor());
  }
}
