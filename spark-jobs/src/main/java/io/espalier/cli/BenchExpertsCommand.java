package io.espalier.cli;

import io.espalier.bench.ExpertsBench;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code espalier bench experts}. */
@Command(
    name = "experts",
    description = {
      "Two experts at the same time against one alone, as Spark tasks of one thread each.",
      "Tokens/s count from the submission of a job to its end, in turns."
    },
    footer = {
      "  espalier bench experts",
      "  espalier bench experts --size quickstart --steps 500 --rounds 5 --json"
    })
final class BenchExpertsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private BenchSizeOptions size = new BenchSizeOptions();
  @Mixin private JsonOption json = new JsonOption();

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "40",
      description = "Updates of each expert in a round (default: ${DEFAULT-VALUE}).")
  private int steps;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "3",
      description = "How often both sides run; medians count (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Override
  public Integer call() {
    Measurement.of(ExpertsBench.measure(size.size(), steps, rounds))
        .print(json, spec.commandLine().getOut());
    return Failures.DONE;
  }
}
