package io.espalier.cli;

import io.espalier.job.Experiment;
import io.espalier.job.ScoreDocuments;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** One stage of an experiment as a command; {@link Stage} says which there are. */
@Command
final class StageCommand implements Callable<Integer> {
  private final Stage stage;

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private ExperimentOptions experimentOptions = new ExperimentOptions();
  @Mixin private SparkOptions spark = new SparkOptions();
  @Mixin private ConsoleOptions consoleOptions = new ConsoleOptions();

  /** Added only where the stage scores. */
  private final DocumentOptions documents = new DocumentOptions();

  private StageCommand(Stage stage) {
    this.stage = stage;
  }

  /** The command of a stage, described by it. */
  static CommandLine commandLine(Stage stage) {
    StageCommand command = new StageCommand(stage);
    CommandSpec spec = CommandSpec.forAnnotatedObject(command).name(stage.command());
    spec.usageMessage().description(stage.description()).footer(examples(stage));
    if (stage == Stage.SCORE) {
      spec.addMixin("documents", CommandSpec.forAnnotatedObject(command.documents));
    }
    return new CommandLine(spec);
  }

  private static String[] examples(Stage stage) {
    String command = "  espalier " + stage.command();
    if (stage == Stage.SCORE) {
      return new String[] {
        command + " conf/quickstart.yaml",
        command + " my.yaml --input mail.jsonl.gz --output mail-scores.jsonl --text-field body"
      };
    }
    return new String[] {
      command + " conf/quickstart.yaml",
      command + " my.yaml --output hdfs:///runs/mine --master spark://host:7077"
    };
  }

  @Override
  public Integer call() {
    Optional<ScoreDocuments.Request> request = documents.request(experimentOptions.output());
    Experiment experiment =
        request.isPresent() ? experimentOptions.loadWithoutOutput() : experimentOptions.load();
    CommandLine line = spec.commandLine();
    try (Console console = consoleOptions.console();
        SparkWork work = SparkWork.begin(experiment, spark, console, line.getErr())) {
      if (request.isPresent()) {
        work.scoreDocuments(request.get());
        return Failures.DONE;
      }
      var outcome = work.run(stage);
      if (outcome.isPresent()) {
        SparkWork.print(outcome.get(), consoleOptions.isJson(), line.getOut());
      }
    }
    return Failures.DONE;
  }
}
