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
 * asked, so that whatever is chosen among candidates is chosen fairly.
 */
final class MergeCandidates {
  private static final String STAGE = "score";

  private final Run run;
  private final RunModel model;

  MergeCandidates(Run run, RunModel model) {
    this.run = run;
    this.model = model;
  }

  /**
   * One merge to try.
   *
   * @param name what progress calls it
   */
  record Candidate(
      String name,
      List<CandidateTask.Member> members,
      List<CandidateTask.Member> base,
      MergeMethod method) {}

  /**
   * Tries merges, as many at once as there are slots; outcomes are in the order of the candidates.
   */
  List<CandidateTask.Outcome> run(String what, List<Candidate> candidates) {
    int threads = run.coresForEachOf(Math.min(candidates.size(), run.slots()));
    List<CandidateTask> tasks = new ArrayList<>();
    for (Candidate candidate : candidates) {
      ScoreTask scoring = scoring(candidate.name(), threads);
      tasks.add(
          new CandidateTask(scoring, candidate.members(), candidate.base(), candidate.method()));
    }
    run.listener().stageStarted(STAGE, what);
    for (CandidateTask task : tasks) {
      ScoreTask scoring = task.scoring();
      run.listener()
          .progress(STAGE, scoring.model().checkpoint(), 0, scoring.tokens(), "tokens", "");
    }
    Map<String, CandidateTask.Outcome> byName =
        OneTaskPerPlan.longestFirst(
                run.spark(), what, tasks, task -> task.scoring().sequences(), CandidateTask::run)
            .stream()
            .collect(Collectors.toMap(CandidateTask.Outcome::candidate, Function.identity()));
    List<CandidateTask.Outcome> outcomes =
        candidates.stream().map(t -> Objects.requireNonNull(byName.get(t.name()))).toList();
    recordCost(outcomes);
    long tokens = outcomes.stream().mapToLong(CandidateTask.Outcome::tokens).sum();
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

  private void recordCost(List<CandidateTask.Outcome> outcomes) {
    double forwardFlopsPerToken = model.spec().trainingFlopsPerToken(false) / 3;
    List<LedgerRow> rows =
        outcomes.stream()
            .map(
                outcome ->
                    new LedgerRow(
                        STAGE,
                        outcome.candidate(),
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
    // Candidates that are tried again cost again: no two are the same piece of work.
    run.table(TableSchema.LEDGER).append(rows, "candidates/" + UUID.randomUUID());
  }
}
