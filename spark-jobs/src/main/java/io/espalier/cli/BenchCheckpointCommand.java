package io.espalier.cli;

import io.espalier.bench.CheckpointBench;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code espalier bench checkpoint}. */
@Command(
    name = "checkpoint",
    description = {
      "Saving and loading 124 million parameters: seconds and MB/s, the best of some rounds.",
      "Loaded unverified, verified (CRC-32C, as always) and audited (SHA-256 as well)."
    },
    footer = {
      "  espalier bench checkpoint",
      "  espalier bench checkpoint --folder /data/tmp --rounds 40 --json"
    })
final class BenchCheckpointCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private JsonOption json = new JsonOption();

  @Option(
      names = "--folder",
      paramLabel = "DIR",
      defaultValue = "${sys:java.io.tmpdir}",
      description = "Where the checkpoints are made and deleted (default: ${DEFAULT-VALUE}).")
  private Path folder = Path.of("");

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "5",
      description = "How often it is saved and loaded (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Override
  public Integer call() {
    Measurement.of(CheckpointBench.measure(folder, rounds))
        .print(json, spec.commandLine().getOut());
    return Failures.DONE;
  }
}
