package io.espalier.cli;

import io.espalier.bench.MemoryBench;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code espalier bench memory}: runs without Spark and Hadoop on the class path. */
@Command(
    name = "memory",
    description = {
      "Resident memory of a training, native memory included, at ten points of its steps.",
      "Growth counts from the first point, a tenth of the steps after the start."
    },
    footer = {"  espalier bench memory", "  espalier bench memory --steps 50000 --json"})
final class BenchMemoryCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private JsonOption json = new JsonOption();

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "5000",
      description = "Steps of a tiny model (default: ${DEFAULT-VALUE}).")
  private int steps;

  @Override
  public Integer call() {
    Measurement.of(MemoryBench.measure(steps)).print(json, spec.commandLine().getOut());
    return Failures.DONE;
  }
}
