package io.espalier.job;

import io.espalier.evaluate.Comparison;
import io.espalier.evaluate.DocumentScores;
import io.espalier.evaluate.DomainMean;
import io.espalier.evaluate.EvaluationSettings;
import io.espalier.evaluate.ForestFigures;
import io.espalier.evaluate.Result;
import io.espalier.evaluate.RunComparisons;
import io.espalier.evaluate.ScoredModel;
import io.espalier.forest.Forest;
import io.espalier.table.ComparisonRow;
import io.espalier.table.ResultRow;
import io.espalier.table.Table;
import io.espalier.table.TableCommit;
import io.espalier.table.TableSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Every figure of some models, computed from their scores or read from the tables that an earlier
 * computation filled.
 *
 * @param results figures of single domains and means
 * @param comparisons which differences of the run's own models are more than chance
 * @param models what was evaluated
 * @param documents what each document contributed; computed only where a table had the rest
 * @param fresh whether this computed them
 */
record Evaluation(
    List<Result> results,
    List<Comparison> comparisons,
    List<ScoredModel> models,
    Supplier<List<DocumentScores>> documents,
    boolean fresh) {
  private static final String STAGE = "evaluate";

  /**
   * Evaluates models, unless the tables results and comparisons have them already.
   *
   * @param scores version of the table scores
   * @param forest version of the forest
   */
  static Evaluation of(
      Run run, RunModel model, List<ScoredModel> models, long scores, long forest) {
    String fingerprint =
        "scores %d, sequences %d%s, %s, %s"
            .formatted(
                scores,
                model.files().sequencesVersion(),
                forest > 1 ? ", forest " + forest : "",
                Forest.hash(models.stream().map(ScoredModel::hash).toList()),
                run.settings().evaluation());
    Supplier<ForestFigures> compute =
        () ->
            EvaluateForest.figures(run, scores, models, model.roles(), run.settings().evaluation());
    Optional<TableCommit> done = run.table(TableSchema.RESULTS).completedWith(fingerprint);
    if (done.isPresent()) {
      run.listener().stageSkipped(STAGE, "complete: table results");
      return read(run, models, done.get().version(), () -> compute.get().documents());
    }
    run.listener().stageStarted(STAGE, models.size() + " models and the ensembles");
    ForestFigures figures = compute.get();
    Evaluation evaluation = evaluation(run, models, figures);
    evaluation.write(run, model.files().sequencesVersion(), forest, fingerprint);
    run.listener().stageFinished(STAGE, evaluation.results().size() + " figures");
    return evaluation;
  }

  private static Evaluation read(
      Run run, List<ScoredModel> models, long version, Supplier<List<DocumentScores>> documents) {
    Table<ComparisonRow> compared = run.table(TableSchema.COMPARISONS);
    return new Evaluation(
        run.table(TableSchema.RESULTS).collect(version).stream().map(ResultRows::result).toList(),
        compared.collect(compared.latestVersion().orElseThrow()).stream()
            .map(ComparisonRows::comparison)
            .toList(),
        models,
        documents,
        false);
  }

  private static Evaluation evaluation(Run run, List<ScoredModel> models, ForestFigures figures) {
    List<Result> results = new ArrayList<>(figures.results());
    results.addAll(DomainMean.of(results));
    results.addAll(ProveParallel.proved(run.table(TableSchema.RESULTS)));
    EvaluationSettings settings = run.settings().evaluation();
    List<Comparison> comparisons =
        RunComparisons.of(
            figures.documents(), settings.bootstrapResamples(), run.settings().seed());
    return new Evaluation(results, comparisons, models, figures::documents, true);
  }

  /** Results come last: who finds them complete finds the comparisons too. */
  private void write(Run run, long sequences, long forest, String fingerprint) {
    run.table(TableSchema.COMPARISONS)
        .overwrite(
            comparisons.stream().map(c -> ComparisonRows.row(c, sequences)).toList(),
            fingerprint,
            "");
    Table<ResultRow> table = run.table(TableSchema.RESULTS);
    table.overwrite(
        results.stream().map(r -> ResultRows.row(r, sequences, forest)).toList(), fingerprint, "");
  }
}
