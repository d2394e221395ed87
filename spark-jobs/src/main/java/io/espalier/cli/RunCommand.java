package io.espalier.cli;

import io.espalier.job.Experiment;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code espalier run}: the whole flow. */
@Command(
    name = "run",
    description = {
      "Runs the whole flow, from raw text to the report.",
      "Tokenizer, seed, dense model, experts, scores, averages, ensembles. What an earlier run left",
      "complete is not done again: interrupted at any point, the same command goes on from there."
    },
    footer = {
      "  espalier run conf/quickstart.yaml",
      "  espalier run my.yaml --output /data/runs/mine --set training.steps=2000",
      "  espalier run my.yaml --master spark://host:7077 --output hdfs:///runs/mine"
    })
final class RunCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private ExperimentOptions experimentOptions = new ExperimentOptions();
  @Mixin private SparkOptions spark = new SparkOptions();
  @Mixin private ConsoleOptions consoleOptions = new ConsoleOptions();

  @Override
  public Integer call() {
    Experiment experiment = experimentOptions.load();
    CommandLine line = spec.commandLine();
    try (Console console = consoleOptions.console();
        SparkWork work = SparkWork.begin(experiment, spark, console, line.getErr())) {
      console.message(work.plan().toText());
      SparkWork.print(work.runEverything(), consoleOptions.isJson(), line.getOut());
    }
    return Failures.DONE;
  }
}
