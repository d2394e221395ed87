package io.espalier.job;

import io.espalier.checkpoint.Checkpoint;
import io.espalier.config.ConfigException;
import io.espalier.config.RunPaths;
import io.espalier.evaluate.Comparison;
import io.espalier.evaluate.ConnectingLine;
import io.espalier.evaluate.Result;
import io.espalier.evaluate.ScoredModel;
import io.espalier.merge.WeightedExpert;
import io.espalier.prep.PreparationPlan;
import io.espalier.report.StageCount;
import io.espalier.table.TableSchema;
import io.espalier.train.TrainingPlan;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/**
 * The flow from raw text to report, and each of its stages alone. Every stage reads finished
 * artefacts and writes new ones, and skips what is complete: an interrupted run goes on where it
 * was. Who writes holds the run's lease meanwhile ({@link LeasedWork}) and refuses with {@link
 * ConfigException} where another process holds it.
 */
public final class Pipeline {
  private final Run run;

  /** Carries out what may write into the run's folder, which one process alone does at a time. */
  private static <T> T writing(
      SparkSession spark,
      Experiment experiment,
      ProgressListener listener,
      Function<Pipeline, T> work) {
    return LeasedWork.of(
        spark, experiment, listener, leased -> work.apply(new Pipeline(spark, experiment, leased)));
  }

  /** The same of what only writes. */
  private static void changing(
      SparkSession spark,
      Experiment experiment,
      ProgressListener listener,
      Consumer<Pipeline> work) {
    boolean unused =
        writing(
            spark,
            experiment,
            listener,
            pipeline -> {
              work.accept(pipeline);
              return true;
            });
  }

  private Pipeline(SparkSession spark, Experiment experiment, ProgressListener listener) {
    Run watched = new Run(spark, experiment, listener);
    this.run = new Run(spark, experiment, new StageLedger(watched));
    EspalierPlugin.listen(listener);
  }

  /**
   * What a run came to.
   *
   * @param results every figure
   * @param comparisons which differences between them are more than chance
   * @param report where the page lies; empty if none was written
   */
  public record Outcome(List<Result> results, List<Comparison> comparisons, String report) {}

  /**
   * What {@link #run} will do and what that takes.
   *
   * @throws ConfigException if it can be known already that it would be refused
   */
  public static PlanReport plan(SparkSession spark, Experiment experiment) {
    check(spark, experiment);
    return plan(
        experiment,
        spark.sessionState().newHadoopConf(),
        spark.sparkContext().defaultParallelism());
  }

  /**
   * The same without Spark, on this machine; who asks for a plan may have no folder for it yet.
   *
   * @param hadoopSettings of the command line, which the experiment's own override
   */
  public static PlanReport plan(
      Experiment experiment, Map<String, String> hadoopSettings, int cores) {
    Preflight.checkDevice(experiment.settings());
    Configuration configuration = new Configuration();
    hadoopSettings.forEach(configuration::set);
    experiment.hadoopSettings().forEach(configuration::set);
    return plan(experiment, configuration, cores);
  }

  private static PlanReport plan(Experiment experiment, Configuration configuration, int cores) {
    ExperimentSettings settings = experiment.settings();
    PreparationPlan text = Preflight.checkText(settings, configuration);
    Preflight.checkMerges(settings, text);
    Preflight.checkBudget(settings, text);
    int vocabularySize = Preflight.vocabularySize(settings, configuration);
    Preflight.checkInitialWeights(settings, vocabularySize);
    return PlanReport.of(experiment, text, vocabularySize, cores);
  }

  /** Everything: prepare, train, score, merge, evaluate, report. */
  public static Outcome run(SparkSession spark, Experiment experiment, ProgressListener listener) {
    return writing(spark, experiment, listener, Pipeline::runEverything);
  }

  private Outcome runEverything() {
    List<StageCount> preparation = prepareText();
    TrainModels training = TrainModels.of(run);
    training.seed();
    training.experts();
    training.dense();
    RunModel model = RunModel.of(run); // Training may decide how much each expert gets.
    recordForest(model);
    return mixAndReport(model, preparation);
  }

  /** From trained models to the report: scores, averages, figures. */
  private Outcome mixAndReport(RunModel model, List<StageCount> preparation) {
    ScoreCheckpoints scoring = new ScoreCheckpoints(run, model);
    scoring.score(trained(model));
    mergeExperts(model);
    scoring.score(merged(model));
    return report(model, preparation);
  }

  /**
   * What follows a new version of the forest: what isn't scored yet is, the configured averages are
   * made of its experts, and everything is evaluated again.
   *
   * @param merging whether averages are made; those that are there are evaluated in any case
   */
  static Outcome afterChange(Run run, boolean merging) {
    Pipeline pipeline = new Pipeline(run.spark(), run.experiment(), run.listener());
    RunModel model = RunModel.of(run);
    List<StageCount> preparation = PrepareText.counts(run);
    if (merging) {
      return pipeline.mixAndReport(model, preparation);
    }
    List<ScoredModel> all = pipeline.trained(model);
    all.addAll(pipeline.merged(model));
    new ScoreCheckpoints(run, model).score(all);
    return pipeline.report(model, preparation);
  }

  /**
   * Everything, and then the trials of the section {@code study} beside it.
   *
   * @throws ConfigException if it has no trials, or they would exceed their budget
   */
  public static StudyOutcome study(
      SparkSession spark, Experiment experiment, ProgressListener listener) {
    check(spark, experiment);
    StudyPlans.check(experiment.settings(), spark.sessionState().newHadoopConf());
    return writing(spark, experiment, listener, Pipeline::runWithTrials);
  }

  private StudyOutcome runWithTrials() {
    runEverything();
    RunModel model = RunModel.of(run);
    RunStudy study = new RunStudy(run, model);
    study.compute();
    Evaluation evaluation = evaluation(model);
    if (evaluation.fresh()) { // The run's own page names the version of the figures, too.
      writeReport(model, evaluation, PrepareText.counts(run));
    }
    return new WriteStudy(run, model).write(study, evaluation);
  }

  /**
   * The trials of a study and what they take, without Spark.
   *
   * @param hadoopSettings of the command line, which the experiment's own override
   */
  public static StudyEstimate studyPlan(Experiment experiment, Map<String, String> hadoopSettings) {
    Configuration configuration = new Configuration();
    hadoopSettings.forEach(configuration::set);
    experiment.hadoopSettings().forEach(configuration::set);
    return StudyPlans.estimate(experiment.settings(), configuration)
        .orElseThrow(
            () ->
                new ConfigException(
                    "The trials depend on domains that only the text tells; espalier study finds"
                        + " them"));
  }

  /** Raw text to sequences. */
  public static void prepare(SparkSession spark, Experiment experiment, ProgressListener listener) {
    changing(spark, experiment, listener, Pipeline::prepareText);
  }

  /** The seed model. */
  public static void trainSeed(
      SparkSession spark, Experiment experiment, ProgressListener listener) {
    changing(spark, experiment, listener, pipeline -> pipeline.training().seed());
  }

  /** The dense baseline of matched compute. */
  public static void trainDense(
      SparkSession spark, Experiment experiment, ProgressListener listener) {
    changing(spark, experiment, listener, pipeline -> pipeline.training().dense());
  }

  /** One expert per domain. */
  public static void trainExperts(
      SparkSession spark, Experiment experiment, ProgressListener listener) {
    changing(spark, experiment, listener, Pipeline::trainExperts);
  }

  private void trainExperts() {
    training().experts();
    recordForest(RunModel.of(run));
  }

  /** Log-probabilities of every complete checkpoint. */
  public static void score(SparkSession spark, Experiment experiment, ProgressListener listener) {
    changing(spark, experiment, listener, Pipeline::scoreEverything);
  }

  private void scoreEverything() {
    RunModel model = model();
    List<ScoredModel> all = trained(model);
    all.addAll(merged(model));
    if (all.isEmpty()) {
      throw new ConfigException(
          "%s has no complete checkpoint to score; run espalier train-seed first"
              .formatted(RunPaths.shown(run.paths().root())));
    }
    new ScoreCheckpoints(run, model).score(all);
  }

  /**
   * Perplexities and domains of any documents.
   *
   * @throws ConfigException if there is nothing to read, or something where it should write
   */
  public static void scoreDocuments(
      SparkSession spark,
      Experiment experiment,
      ProgressListener listener,
      ScoreDocuments.Request request) {
    Pipeline pipeline = new Pipeline(spark, experiment, listener);
    new ScoreDocuments(pipeline.run, pipeline.model()).score(request);
  }

  /** The averages that the configuration asks for. */
  public static void merge(SparkSession spark, Experiment experiment, ProgressListener listener) {
    changing(spark, experiment, listener, Pipeline::mergeConfigured);
  }

  private void mergeConfigured() {
    mergeExperts(model());
  }

  /**
   * Merges beside those of the configuration; an earlier merge of the same name and making is kept.
   *
   * @return the names of the checkpoints
   */
  public static List<String> merge(
      SparkSession spark, Experiment experiment, ProgressListener listener, MergeRequest request) {
    return writing(spark, experiment, listener, pipeline -> pipeline.merge(request));
  }

  private List<String> merge(MergeRequest request) {
    RunModel model = model();
    MergeForest merging = merging(model, request.experts(), request.base());
    return merging.mergeOne(request.settings(), () -> priors(model)).stream()
        .map(ScoredModel::checkpoint)
        .toList();
  }

  /**
   * Perplexity along the straight line between two checkpoints; rows of the table interpolations.
   *
   * @param points both ends included
   */
  public static ConnectingLine interpolate(
      SparkSession spark,
      Experiment experiment,
      ProgressListener listener,
      String first,
      String second,
      int points) {
    return writing(
        spark,
        experiment,
        listener,
        pipeline ->
            new InterpolateCheckpoints(pipeline.run, pipeline.model())
                .between(first, second, points));
  }

  /** Every figure, from the scores. */
  public static Outcome evaluate(
      SparkSession spark, Experiment experiment, ProgressListener listener) {
    Evaluation evaluation =
        writing(spark, experiment, listener, pipeline -> pipeline.evaluation(pipeline.model()));
    return new Outcome(evaluation.results(), evaluation.comparisons(), "");
  }

  /**
   * Repeats updates of a training by many ranks with one rank in float64.
   *
   * @param steps how many
   * @return the differences, which are rows of the table results too
   */
  public static List<Result> prove(
      SparkSession spark, Experiment experiment, ProgressListener listener, long steps) {
    return writing(spark, experiment, listener, pipeline -> pipeline.prove(steps));
  }

  private List<Result> prove(long steps) {
    RunModel model = model();
    List<Result> proof = new ProveParallel(run, model).prove(steps);
    if (exists(model, page())) { // It shows the proof, too.
      Evaluation all = evaluation(model);
      writeReport(model, all, PrepareText.counts(run));
    }
    return proof;
  }

  /** Figures and page. */
  public static Outcome report(
      SparkSession spark, Experiment experiment, ProgressListener listener) {
    return writing(
        spark,
        experiment,
        listener,
        pipeline -> pipeline.report(pipeline.model(), PrepareText.counts(pipeline.run)));
  }

  private void check() {
    check(run.spark(), run.experiment());
  }

  static void check(SparkSession spark, Experiment experiment) {
    Preflight.checkTables(spark, experiment);
    Preflight.checkFolder(experiment, spark.sessionState().newHadoopConf());
    Preflight.checkRanks(experiment.settings(), spark.sparkContext());
    if (spark.sparkContext().isLocal()) {
      Preflight.checkDevice(experiment.settings());
    }
  }

  private RunModel model() {
    check();
    return RunModel.of(run);
  }

  private TrainModels training() {
    check();
    return TrainModels.of(run);
  }

  private List<StageCount> prepareText() {
    check();
    return PrepareText.run(run);
  }

  /** Every complete checkpoint of seed and dense baseline, and the forest's experts. */
  private List<ScoredModel> trained(RunModel model) {
    List<TrainingPlan> plans = new ArrayList<>();
    plans.add(model.planner().seed());
    plans.add(model.planner().denseFromSeed());
    List<ScoredModel> complete = new ArrayList<>();
    for (TrainingPlan plan : plans) {
      if (plan.steps() > 0) {
        model
            .files()
            .complete(plan)
            .ifPresent(c -> complete.add(new ScoredModel(plan.checkpoint(), c.hash())));
      }
    }
    complete.addAll(members(model).scored());
    return complete;
  }

  /** Every merge of the forest as it is now. */
  private List<ScoredModel> merged(RunModel model) {
    return RunCheckpoints.merged(model, members(model).mergeVersion());
  }

  private ForestMembers members(RunModel model) {
    return ForestMembers.of(run, model);
  }

  private void recordForest(RunModel model) {
    new RecordForest(run, model).record();
  }

  private void mergeExperts(RunModel model) {
    merging(model, List.of(), Optional.empty()).merge(run.settings().merge(), () -> priors(model));
  }

  /**
   * @param names of the checkpoints to merge; none for the experts of the run
   * @param base if it isn't the run's seed
   */
  private MergeForest merging(RunModel model, List<String> names, Optional<String> base) {
    ForestMembers members = members(model);
    List<MergeForest.ForestMember> experts =
        new ArrayList<>(names.isEmpty() ? members.toMerge() : List.of());
    for (String name : names) {
      experts.add(
          new MergeForest.ForestMember(
              name.replaceFirst("^expert/", ""), name, RunCheckpoints.require(model, name)));
    }
    return new MergeForest(run, model, experts, base(model, base), members);
  }

  private static Optional<WeightedExpert> base(RunModel model, Optional<String> name) {
    if (name.isPresent()) {
      Checkpoint chosen = RunCheckpoints.require(model, name.get());
      return Optional.of(new WeightedExpert(name.get(), chosen, 0));
    }
    TrainingPlan seed = model.planner().seed();
    return seed.steps() == 0
        ? Optional.empty()
        : model.files().complete(seed).map(c -> new WeightedExpert(seed.checkpoint(), c, 0));
  }

  /** The experts' cached priors, which posterior merges are weighted by. */
  private List<Result> priors(RunModel model) {
    List<ScoredModel> experts = trained(model).stream().filter(ScoredModel::isExpert).toList();
    return EvaluateForest.run(run, scoresVersion(), experts, model.roles());
  }

  private long scoresVersion() {
    return run.table(TableSchema.SCORES)
        .latestVersion()
        .orElseThrow(
            () ->
                new ConfigException(
                    "There are no scores in %s; run espalier score first"
                        .formatted(RunPaths.shown(run.paths().table("scores")))));
  }

  private Evaluation evaluation(RunModel model) {
    List<ScoredModel> models = trained(model);
    models.addAll(merged(model));
    TrialForest trials = TrialForest.of(run, model);
    models.addAll(trials.trained());
    models.addAll(trials.merged());
    return Evaluation.of(run, model, models, scoresVersion(), members(model).version());
  }

  private Outcome report(RunModel model, List<StageCount> preparation) {
    Evaluation evaluation = evaluation(model);
    Path page = page();
    if (!evaluation.fresh() && exists(model, page)) {
      run.listener().stageSkipped("report", "complete: " + RunPaths.shown(page.toString()));
      return new Outcome(evaluation.results(), evaluation.comparisons(), page.toString());
    }
    String written = writeReport(model, evaluation, preparation);
    return new Outcome(evaluation.results(), evaluation.comparisons(), written);
  }

  /** The run's own page: trials have theirs. */
  private String writeReport(RunModel model, Evaluation evaluation, List<StageCount> preparation) {
    return new WriteReport(run, model)
        .write(
            evaluation.results().stream().filter(result -> !result.isOfTrial()).toList(),
            evaluation.comparisons(),
            evaluation.models().stream().filter(scored -> scored.forest().isEmpty()).toList(),
            preparation);
  }

  private Path page() {
    return new Path(run.paths().report(), "index.html");
  }

  private static boolean exists(RunModel model, Path path) {
    try {
      return path.getFileSystem(model.files().configuration()).exists(path);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException("Cannot look for " + path, e);
    }
  }
}
