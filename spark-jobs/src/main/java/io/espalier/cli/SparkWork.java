package io.espalier.cli;

import io.espalier.checkpoint.LostLeaseException;
import io.espalier.config.ConfigException;
import io.espalier.config.RunPaths;
import io.espalier.evaluate.ConnectingLine;
import io.espalier.evaluate.Result;
import io.espalier.job.EspalierSession;
import io.espalier.job.Experiment;
import io.espalier.job.ForestJobs;
import io.espalier.job.MergeRequest;
import io.espalier.job.Pipeline;
import io.espalier.job.PlanReport;
import io.espalier.job.RunLease;
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
import org.jspecify.annotations.Nullable;

/**
 * A Spark session at work on one experiment, from its start to its end. All of Spark that the
 * commands touch is behind this class.
 */
final class SparkWork implements AutoCloseable {
  private final SparkSession spark;
  private final Experiment experiment;
  private final Console console;
  private final PrintWriter err;
  private @Nullable RunLease lease;

  private SparkWork(SparkSession spark, Experiment experiment, Console console, PrintWriter err) {
    this.spark = spark;
    this.experiment = experiment;
    this.console = console;
    this.err = err;
  }

  /** Starts Spark; from now on an interruption says how to go on. */
  static SparkWork begin(
      Experiment experiment, SparkOptions options, Console console, PrintWriter err) {
    refuseTwoLoaders("spark.driver.userClassPathFirst", options);
    refuseTwoLoaders("spark.executor.userClassPathFirst", options);
    Interruption.announce(
        console,
        err,
        "Interrupted. What is complete is kept in %s; the same command goes on from there."
            .formatted(shown(experiment)));
    console.beforeFirstStage(() -> moveLog(experiment, console));
    SparkSession spark = EspalierSession.open(experiment, options.master(), options.settings());
    SparkWork work = new SparkWork(spark, experiment, console, err);
    console.beforeFirstWork(work::takeLease);
    return work;
  }

  /** Once all is validated and something is to be done: from now on nobody else writes here. */
  private void takeLease() {
    lease =
        RunLease.take(
            spark, experiment, "espalier " + experiment.name(), console::message, this::stop);
  }

  /** Another process writes here now: what this one was about to do must not happen any more. */
  private void stop(LostLeaseException lost) {
    LogFile.record(lost);
    err.println("espalier: " + lost.getMessage());
    err.flush();
    Runtime.getRuntime().halt(Failures.FAILED);
  }

  /** What the whole flow will do; refuses what can be known to be refused later. */
  PlanReport plan() {
    return Pipeline.plan(spark, experiment);
  }

  /** Runs one stage; returns the comparison of models if it is the stage's result. */
  Optional<Pipeline.Outcome> run(Stage stage) {
    switch (stage) {
      case PREPARE -> Pipeline.prepare(spark, experiment, console);
      case TRAIN_SEED -> Pipeline.trainSeed(spark, experiment, console);
      case TRAIN_DENSE -> Pipeline.trainDense(spark, experiment, console);
      case TRAIN_EXPERTS -> Pipeline.trainExperts(spark, experiment, console);
      case SCORE -> Pipeline.score(spark, experiment, console);
      case EVALUATE -> {
        return Optional.of(Pipeline.evaluate(spark, experiment, console));
      }
      case REPORT -> {
        return Optional.of(Pipeline.report(spark, experiment, console));
      }
    }
    return Optional.empty();
  }

  /** Scores any documents. */
  void scoreDocuments(ScoreDocuments.Request request) {
    console.beforeFirstWork(() -> {}); // The run is only read.
    Pipeline.scoreDocuments(spark, experiment, console, request);
  }

  /** Repeats updates of a training by many ranks with one rank. */
  List<Result> prove(long steps) {
    return Pipeline.prove(spark, experiment, console, steps);
  }

  /** The run's forest. */
  ForestJobs forest() {
    return ForestJobs.of(spark, experiment, console);
  }

  /** The merges that the experiment asks for. */
  void mergeConfigured() {
    Pipeline.merge(spark, experiment, console);
  }

  /** One more merge. */
  void merge(MergeRequest request) {
    Pipeline.merge(spark, experiment, console, request);
  }

  /** Perplexity along the line between two checkpoints. */
  ConnectingLine interpolate(String first, String second, int points) {
    return Pipeline.interpolate(spark, experiment, console, first, second, points);
  }

  /** Runs the whole flow. */
  Pipeline.Outcome runEverything() {
    return Pipeline.run(spark, experiment, console);
  }

  /** Runs the whole flow and the trials of its study. */
  StudyOutcome study() {
    return Pipeline.study(spark, experiment, console);
  }

  @Override
  public void close() {
    if (lease != null) {
      lease.close();
    }
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
