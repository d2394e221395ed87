package io.espalier.job;

import io.espalier.checkpoint.Checkpoint;
import io.espalier.evaluate.Result;
import io.espalier.evaluate.ScoredModel;
import io.espalier.report.TrialFact;
import io.espalier.study.Trial;
import io.espalier.table.TableSchema;
import io.espalier.table.TrialRow;
import io.espalier.train.TrainingCost;
import io.espalier.train.TrainingPlan;
import io.espalier.train.TrainingResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The trials of a study, from training to report, on what the run itself has prepared and trained.
 */
final class RunStudy {
  private final Run run;
  private final RunModel model;
  private final List<Trial> trials;
  private final Map<String, String> failures = new TreeMap<>();
  private final List<TrialFact> facts = new ArrayList<>();

  RunStudy(Run run, RunModel model) {
    this.run = run;
    this.model = model;
    this.trials = StudyPlans.of(run.settings(), model);
  }

  /** Trains, scores and averages what isn't there, and writes the table trials. */
  void compute() {
    failures.putAll(new TrainTrials(run, model).train(trials));
    TrialForest forest = new TrialForest(run, model, trials);
    ScoreCheckpoints scoring = new ScoreCheckpoints(run, model, this::isAsked);
    long scores = scoring.score(forest.trained());
    if (!forest.isMerged()) {
      forest.merge(EvaluateForest.run(run, scores, forest.trained(), model.roles()));
    }
    scoring.score(forest.merged());
    record();
  }

  private boolean isAsked(ScoredModel scored, String domain) {
    boolean trained = model.roles().getOrDefault(domain, "").equals(Result.TRAINING);
    return trained
        || trials.stream()
            .filter(trial -> scored.checkpoint().startsWith(trial.prefix()))
            .anyMatch(trial -> trial.kind().isAskedAboutEvaluationDomains());
  }

  private void record() {
    List<TrainingPlan> all = new ArrayList<>(StudyPlans.own(model.planner()));
    trials.forEach(trial -> all.addAll(trial.plans()));
    List<TrialRow> rows = new ArrayList<>();
    for (Trial trial : trials) {
      TrialRow row = row(trial, all);
      rows.add(row);
      facts.add(fact(trial, row));
    }
    String fingerprint = rows.toString();
    var table = run.table(TableSchema.TRIALS);
    if (table.completedWith(fingerprint).isEmpty()) {
      table.overwrite(rows, fingerprint, "");
    }
  }

  private TrialRow row(Trial trial, List<TrainingPlan> all) {
    List<TrainingCost> costs = new ArrayList<>();
    for (TrainingPlan plan : trial.plans()) {
      Optional<Checkpoint> last = model.files().complete(plan);
      last.ifPresent(
          c -> costs.add(TrainingResult.of(plan.checkpoint(), c, plan.lastStep()).cost()));
    }
    boolean complete = costs.size() == trial.plans().size();
    long tokens = trial.learnedTokens(all, model.spec().sequenceLengthTokens());
    boolean recompute = run.settings().training().recompute();
    TrainingPlan last = trial.plans().get(trial.plans().size() - 1);
    return new TrialRow(
        trial.name(),
        trial.kind().name(),
        trial.setting(),
        complete ? "complete" : "failed",
        complete ? "" : reason(trial),
        last.seed(),
        last.lastStep(),
        tokens,
        tokens * model.spec().trainingFlopsPerToken(recompute),
        costs.stream().mapToLong(TrainingCost::tokens).sum(),
        costs.stream().mapToDouble(TrainingCost::deviceSeconds).sum(),
        costs.stream().mapToDouble(TrainingCost::cpuSeconds).sum());
  }

  private String reason(Trial trial) {
    return trial.plans().stream()
        .map(TrainingPlan::checkpoint)
        .filter(failures::containsKey)
        .map(name -> name + ": " + failures.get(name))
        .findFirst()
        .orElse("a training that it goes on from failed");
  }

  private static TrialFact fact(Trial trial, TrialRow row) {
    return new TrialFact(
        trial,
        row.message().isEmpty(),
        row.message(),
        row.randomSeed(),
        row.updates(),
        row.tokens(),
        row.flops(),
        row.ownTokens(),
        row.deviceSeconds());
  }

  /** Every trial and what it took, as the page shows it; known once all is computed. */
  List<TrialFact> facts() {
    return List.copyOf(facts);
  }

  /** Name of each training that failed → why. */
  Map<String, String> failures() {
    return Map.copyOf(failures);
  }
}
