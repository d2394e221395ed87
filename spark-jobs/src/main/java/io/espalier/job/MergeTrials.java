package io.espalier.job;

import io.espalier.evaluate.Result;
import io.espalier.evaluate.ScoredModel;
import io.espalier.merge.MergeMethod;
import io.espalier.table.LedgerRow;
import io.espalier.table.TableSchema;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Validation perplexities of merges that aren't kept, one Spark task each: the test split is never
 * asked, so that whatever is chosen by trials is chosen fairly.
 */
final class MergeTrials {
  private static final String STAGE = "score";

  private final Run run;
  private final RunModel model;

  MergeTrials(Run run, RunModel model) {
    this.run = run;
    this.model = model;
  }

  /**
   * One merge to try.
   *
   * @param name what progress calls it
   */
  record Trial(
      String name,
      List<TrialTask.Member> members,
      List<TrialTask.Member> base,
      MergeMethod method) {}

  /** Tries merges, as many at once as there are slots; outcomes are in the order of the trials. */
  List<TrialTask.Outcome> run(String what, List<Trial> trials) {
    int threads = run.coresForEachOf(Math.min(trials.size(), run.slots()));
    List<TrialTask> tasks = new ArrayList<>();
    for (Trial trial : trials) {
      ScoreTask scoring = scoring(trial.name(), threads);
      tasks.add(new TrialTask(scoring, trial.members(), trial.base(), trial.method()));
    }
    run.listener().stageStarted(STAGE, what);
    for (TrialTask task : tasks) {
      ScoreTask scoring = task.scoring();
      run.listener()
          .progress(STAGE, scoring.model().checkpoint(), 0, scoring.tokens(), "tokens", "");
    }
    Map<String, TrialTask.Outcome> byName =
        OneTaskPerPlan.longestFirst(
                run.spark(), what, tasks, task -> task.scoring().sequences(), TrialTask::run)
            .stream()
            .collect(Collectors.toMap(TrialTask.Outcome::trial, Function.identity()));
    List<TrialTask.Outcome> outcomes =
        trials.stream().map(t -> Objects.requireNonNull(byName.get(t.name()))).toList();
    recordCost(outcomes);
    long tokens = outcomes.stream().mapToLong(TrialTask.Outcome::tokens).sum();
    run.listener().stageFinished(STAGE, String.format(Locale.ROOT, "%,d tokens", tokens));
    return outcomes;
  }

  private ScoreTask scoring(String name, int threads) {
    ExperimentSettings settings = run.settings();
    Map<String, String> roles = model.roles();
    List<ScoreTask.Split> splits =
        model.counts().stream()
            .filter(c -> c.split().equals(Result.VALIDATION_SPLIT))
            .filter(c -> Result.TRAINING.equals(roles.get(c.domain())))
            .map(
                c ->
                    new ScoreTask.Split(
                        c.domain(), c.split(), settings.scoring().sample(c.sequences())))
            .filter(split -> split.sample().count() > 0)
            .toList();
    return new ScoreTask(
        model.files(),
        model.spec(),
        new ScoredModel(name, ""),
        splits,
        settings.training().precision(),
        settings.training().device(),
        settings.scoring().batchSequences(),
        threads);
  }

  private void recordCost(List<TrialTask.Outcome> outcomes) {
    double forwardFlopsPerToken = model.spec().trainingFlopsPerToken(false) / 3;
    List<LedgerRow> rows =
        outcomes.stream()
            .map(
                outcome ->
                    new LedgerRow(
                        STAGE,
                        outcome.trial(),
                        "",
                        0,
                        outcome.cost().device(),
                        Instant.now(),
                        outcome.cost().deviceSeconds(),
                        outcome.cost().cpuSeconds(),
                        forwardFlopsPerToken * outcome.tokens(),
                        outcome.tokens(),
                        0))
            .toList();
    // Trials that are repeated cost again: no two are the same piece of work.
    run.table(TableSchema.LEDGER).append(rows, "trials/" + UUID.randomUUID());
  }
}
