package io.espalier.cli;

import io.espalier.evaluate.Result;
import io.espalier.job.Experiment;
import io.espalier.report.ResultsJson;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code espalier prove}: a command of its own and no option of {@code run}, because a training can
 * be proved at any time after it, and changes nothing of it.
 */
@Command(
    name = "prove",
    description = {
      "Repeats updates of a training by many ranks with one rank in float64.",
      "From a checkpoint of this run and on the same samples; prints how far loss, gradient norm and",
      "parameters come apart. That is rounding alone (float32: about 1e-5), or an exchange between",
      "ranks is wrong. The checkpoints of the run stay as they are."
    },
    footer = {
      "  espalier prove conf/megatron-quickstart.yaml",
      "  espalier prove my.yaml --steps 10 --master spark://host:7077 --output hdfs:///runs/mine"
    })
final class ProveCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private ExperimentOptions experimentOptions = new ExperimentOptions();
  @Mixin private SparkOptions spark = new SparkOptions();
  @Mixin private ConsoleOptions consoleOptions = new ConsoleOptions();

  @Option(
      names = "--steps",
      paramLabel = "K",
      defaultValue = "5",
      description = "Updates to repeat (default: ${DEFAULT-VALUE}).")
  private long steps;

  @Override
  public Integer call() {
    if (steps < 1) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "steps is %d but must be at least 1".formatted(steps));
    }
    Experiment experiment = experimentOptions.load();
    CommandLine line = spec.commandLine();
    try (Console console = consoleOptions.console();
        SparkWork work = SparkWork.begin(experiment, spark, console, line.getErr())) {
      List<Result> differences = work.prove(steps);
      if (consoleOptions.isJson()) {
        line.getOut().print(ResultsJson.of(differences));
      }
    }
    return Failures.DONE;
  }
}
