package io.espalier.cli;

import io.espalier.config.RunPaths;
import io.espalier.job.Experiment;
import io.espalier.job.Pipeline;
import io.espalier.job.StudyOutcome;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code espalier study}: the run and its controls at matched compute. */
@Command(
    name = "study",
    description = {
      "Runs the whole flow, then the trials of the section study: the controls that tell why a forest",
      "is better or worse than one model. Each trial learns from as many tokens as the dense model.",
      "Trials that are complete are not run again; one that fails does not stop the others."
    },
    footer = {
      "  espalier study conf/study-sample.yaml           minutes, on the sample corpus",
      "  espalier study conf/study-btm.yaml --plan       which trials, and what they take",
      "  espalier study my.yaml --set study.domain_counts=[2,4]"
    })
final class StudyCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private ExperimentOptions experimentOptions = new ExperimentOptions();
  @Mixin private SparkOptions spark = new SparkOptions();
  @Mixin private ConsoleOptions consoleOptions = new ConsoleOptions();

  @Option(
      names = "--plan",
      description = "Shows the trials and what they take; writes nothing and starts no Spark.")
  private boolean plan;

  @Override
  public Integer call() {
    Experiment experiment = experimentOptions.load();
    CommandLine line = spec.commandLine();
    if (plan) {
      line.getOut().print(Pipeline.studyPlan(experiment, spark.hadoopSettings()).toText());
      return Failures.DONE;
    }
    try (Console console = consoleOptions.console();
        SparkWork work = SparkWork.begin(experiment, spark, console, line.getErr())) {
      StudyOutcome outcome = work.study();
      print(outcome, line.getOut());
      outcome.failures().forEach((name, why) -> line.getErr().println(name + " failed: " + why));
      return outcome.failures().isEmpty() ? Failures.DONE : Failures.FAILED;
    }
  }

  private void print(StudyOutcome outcome, PrintWriter out) {
    if (consoleOptions.isJson()) {
      out.print(Output.json(outcome) + "\n");
      return;
    }
    out.println();
    outcome.findings().forEach(finding -> out.println("- " + finding));
    out.printf("%nReport: %s%n", RunPaths.shown(outcome.report()));
  }
}
