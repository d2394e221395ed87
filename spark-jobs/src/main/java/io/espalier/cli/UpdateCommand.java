package io.espalier.cli;

import io.espalier.job.Experiment;
import io.espalier.job.Update;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code espalier update}: new text, for schedulers. */
@Command(
    name = "update",
    description = {
      "Takes in new files of the run's training sources: the experts of the domains that grew go on",
      "with them, and take their predecessors' place if the forest is better on the same test text by",
      "more than update.margin; otherwise they are kept as candidates that take no part. Interrupted at",
      "any point, the same command goes on from there; without new files it does nothing.",
      "Exits with 0 where experts were promoted or nothing was new, with 3 where they were kept."
    },
    footer = {
      "  espalier update my.yaml",
      "  espalier update my.yaml --set update.margin=0.01 --json",
      "  espalier forest rollback my.yaml 2           takes a promotion back"
    })
final class UpdateCommand implements Callable<Integer> {
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
      Update update = work.forest().update();
      line.getOut()
          .print(consoleOptions.isJson() ? Output.json(update) + "\n" : update.toText() + "\n");
      return update.outcome() == Update.Outcome.KEPT ? Failures.KEPT : Failures.DONE;
    }
  }
}
