package io.espalier.job;

import io.espalier.evaluate.Comparison;
import io.espalier.evaluate.EnsembleSettings;
import io.espalier.evaluate.Result;
import io.espalier.forest.CachedPrior;
import io.espalier.report.Report;
import io.espalier.report.ResultsJson;
import io.espalier.report.StudyData;
import io.espalier.report.TrialFact;
import io.espalier.study.StudyComparisons;
import io.espalier.study.StudyModels;
import io.espalier.study.Trial;
import java.util.List;

/** Compares what a study trained, and writes {@code study.html} and {@code study.json}. */
final class WriteStudy {
  private final Run run;
  private final RunModel model;

  WriteStudy(Run run, RunModel model) {
    this.run = run;
    this.model = model;
  }

  /**
   * Writes both.
   *
   * @param evaluation of every model that is there, the run's own and the trials'
   */
  StudyOutcome write(RunStudy study, Evaluation evaluation) {
    List<Result> results = evaluation.results();
    run.listener().stageStarted("study-report", "one page that needs no network");
    List<TrialFact> facts = study.facts();
    List<Trial> trials = facts.stream().map(TrialFact::trial).toList();
    StudyModels models = StudyModels.of(trials, results, ensemble());
    List<Comparison> comparisons =
        StudyComparisons.of(
            trials,
            models,
            evaluation.documents().get(),
            run.settings().evaluation().bootstrapResamples(),
            run.settings().seed());
    StudyData data = data(facts, models, results, comparisons);
    WriteReport.write(run, "study.json", ResultsJson.of(data));
    String page = WriteReport.write(run, "study.html", Report.html(data));
    run.listener().stageFinished("study-report", io.espalier.config.RunPaths.shown(page));
    return new StudyOutcome(results, Report.findings(data), study.failures(), page);
  }

  private StudyData data(
      List<TrialFact> facts,
      StudyModels models,
      List<Result> results,
      List<Comparison> comparisons) {
    int length = model.spec().sequenceLengthTokens();
    long tokens =
        run.settings().training().steps()
            * run.settings().training().globalBatchSequences()
            * length;
    WriteReport writer = new WriteReport(run, model);
    return new StudyData(
        writer.facts(),
        run.settings().training().seedShare(),
        tokens,
        tokens * model.spec().trainingFlopsPerToken(run.settings().training().recompute()),
        facts,
        models,
        results,
        comparisons,
        writer.tableVersions());
  }

  /** The mixture that stands for a forest: the first with a cached prior, or else the first. */
  private String ensemble() {
    List<EnsembleSettings> all = run.settings().evaluation().ensembles();
    return all.stream()
        .filter(ensemble -> ensemble.prior() instanceof CachedPrior)
        .findFirst()
        .or(() -> all.stream().findFirst())
        .map(EnsembleSettings::name)
        .orElseThrow(
            () ->
                new io.espalier.config.ConfigException(
                    "evaluation.ensembles is [] but a study compares ensembles; leave the key out for the usual ones"));
  }
}
