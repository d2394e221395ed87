package io.espalier.cli;

import io.espalier.bench.OverheadBench;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code espalier bench overhead}. */
@Command(
    name = "overhead",
    description = {
      "Everything around the training loop, as a share of an expert's wall time.",
      "That is: spooling its shard from a Delta table, loading the seed, reading batches,",
      "metrics, checkpoints."
    },
    footer = {
      "  espalier bench overhead",
      "  espalier bench overhead --size quickstart --checkpoint-steps 50 --json"
    })
final class BenchOverheadCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private BenchSizeOptions size = new BenchSizeOptions();
  @Mixin private JsonOption json = new JsonOption();

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "500",
      description = "Updates of the expert (default: ${DEFAULT-VALUE}).")
  private int steps;

  @Option(
      names = "--checkpoint-steps",
      paramLabel = "N",
      defaultValue = "100",
      description = "Updates between checkpoints, one more at the end (default: ${DEFAULT-VALUE}).")
  private int checkpointSteps;

  @Override
  public Integer call() {
    Measurement.of(OverheadBench.measure(size.size(), steps, checkpointSteps))
        .print(json, spec.commandLine().getOut());
    return Failures.DONE;
  }
}
