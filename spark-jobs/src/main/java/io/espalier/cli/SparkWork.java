package io.espalier.cli;

import io.espalier.config.ConfigException;
import io.espalier.config.RunPaths;
import io.espalier.evaluate.ConnectingLine;
import io.espalier.evaluate.Result;
import io.espalier.job.ClusterSecret;
import io.espalier.job.EspalierSession;
import io.espalier.job.Experiment;
import io.espalier.job.ForestJobs;
import io.espalier.job.LeasedWork;
import io.espalier.job.LiveProgress;
import io.espalier.job.MergeRequest;
import io.espalier.job.Pipeline;
import io.espalier.job.PlanReport;
import io.espalier.job.ScoreDocuments;
import io.espalier.job.StudyOutcome;
import io.espalier.report.ResultTable;
import io.espalier.report.ResultsJson;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;

/**
 * A Spark session at work on one experiment, from its start to its end. All of Spark that the
 * commands touch is behind this class.
 */
final class SparkWork implements AutoCloseable {
  private final SparkSession spark;
  private final Experiment experiment;
  private final LiveProgress live;
  private final LeasedWork progress;

  private SparkWork(SparkSession spark, Experiment experiment, Console console, PrintWriter err) {
    this.spark = spark;
    this.experiment = experiment;
    this.live = LiveProgress.of(spark, experiment, console);
    this.progress = LeasedWork.begin(spark, experiment, live, lost -> Failures.stop(lost, err));
  }

  /** Starts Spark; from now on an interruption says how to go on. */
  static SparkWork begin(
      Experiment experiment, SparkOptions options, Console console, PrintWriter err) {
    refuseTwoLoaders("spark.driver.userClassPathFirst", options);
    refuseTwoLoaders("spark.executor.userClassPathFirst", options);
    ClusterSecret.refuseIn(options.settings());
    Interruption.announce(
        console,
        err,
        "Interrupted. What is complete is kept in %s; the same command goes on from there."
            .formatted(shown(experiment)));
    console.beforeFirstStage(() -> moveLog(experiment, console));
    SparkSession spark = EspalierSession.open(experiment, options.master(), options.settings());
    return new SparkWork(spark, experiment, console, err);
  }

  /** What the whole flow will do; refuses what can be known to be refused later. */
  PlanReport plan() {
    return Pipeline.plan(spark, experiment);
  }

  /** Runs one stage; returns the comparison of models if it is the stage's result. */
  Optional<Pipeline.Outcome> run(Stage stage) {
    switch (stage) {
      case PREPARE -> Pipeline.prepare(spark, experiment, progress);
      case TRAIN_SEED -> Pipeline.trainSeed(spark, experiment, progress);
      case TRAIN_DENSE -> Pipeline.trainDense(spark, experiment, progress);
      case TRAIN_EXPERTS -> Pipeline.trainExperts(spark, experiment, progress);
      case SCORE -> Pipeline.score(spark, experiment, progress);
      case EVALUATE -> {
        return Optional.of(Pipeline.evaluate(spark, experiment, progress));
      }
      case REPORT -> {
        return Optional.of(Pipeline.report(spark, experiment, progress));
      }
    }
    return Optional.empty();
  }

  /** Scores any documents; the run is only read. */
  void scoreDocuments(ScoreDocuments.Request request) {
    Pipeline.scoreDocuments(spark, experiment, live, request);
  }

  /** Repeats updates of a training by many ranks with one rank. */
  List<Result> prove(long steps) {
    return Pipeline.prove(spark, experiment, progress, steps);
  }

  /** The run's forest. */
  ForestJobs forest() {
    return ForestJobs.of(spark, experiment, progress);
  }

  /** The merges that the experiment asks for. */
  void mergeConfigured() {
    Pipeline.merge(spark, experiment, progress);
  }

  /** One more merge. */
  void merge(MergeRequest request) {
    Pipeline.merge(spark, experiment, progress, request);
  }

  /** Perplexity along the line between two checkpoints. */
  ConnectingLine interpolate(String first, String second, int points) {
    return Pipeline.interpolate(spark, experiment, progress, first, second, points);
  }

  /** Runs the whole flow. */
  Pipeline.Outcome runEverything() {
    return Pipeline.run(spark, experiment, progress);
  }

  /** Runs the whole flow and the trials of its study. */
  StudyOutcome study() {
    return Pipeline.study(spark, experiment, progress);
  }

  @Override
  public void close() {
    live.close();
    progress.close();
    spark.stop();
  }

  /** Prints the comparison of models, for people or for programs. */
  static void print(Pipeline.Outcome outcome, boolean json, PrintWriter out) {
    if (json) {
      out.print(ResultsJson.of(outcome.results(), outcome.comparisons()));
      return;
    }
    out.print("\n" + ResultTable.of(outcome.results(), outcome.comparisons()));
    if (!outcome.report().isEmpty()) {
      out.print("\nReport: %s%n".formatted(RunPaths.shown(outcome.report())));
    }
  }

  /** What the run is called to its reader: a path where it has one. */
  static String shown(Experiment experiment) {
    return RunPaths.shown(experiment.paths().root());
  }

  /**
   * The log moves into the run's folder once that is known to be this experiment's: what is refused
   * before leaves nothing there.
   */
  private static void moveLog(Experiment experiment, Console console) {
    Optional<Path> folder = experiment.paths().localRoot().map(root -> root.resolve("logs"));
    if (folder.isEmpty()) {
      LogFile.keep();
      console.message("Log: " + LogFile.path());
      return;
    }
    try {
      LogFile.moveTo(folder.get());
    } catch (IOException e) {
      LogFile.keep();
      console.message("The log stays at %s (%s)".formatted(LogFile.path(), e.getMessage()));
    }
  }

  /** Two class loaders that both load the native library are an UnsatisfiedLinkError later. */
  private static void refuseTwoLoaders(String key, SparkOptions options) {
    String value = options.settings().getOrDefault(key, System.getProperty(key, "false"));
    if (Boolean.parseBoolean(value)) {
      throw new ConfigException(
          key + " is true but must be false: the native library can be loaded only once");
    }
  }
}
