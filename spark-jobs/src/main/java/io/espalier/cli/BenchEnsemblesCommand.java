package io.espalier.cli;

import io.espalier.bench.EnsemblesBench;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code espalier bench ensembles}. */
@Command(
    name = "ensembles",
    description = {
      "Forty mixtures of eight experts from stored scores, as a share of the forward passes",
      "that made the scores; on one thread."
    },
    footer = {
      "  espalier bench ensembles",
      "  espalier bench ensembles --size quickstart --sequences 400 --json"
    })
final class BenchEnsemblesCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private BenchSizeOptions size = new BenchSizeOptions();
  @Mixin private JsonOption json = new JsonOption();

  @Option(
      names = "--sequences",
      paramLabel = "N",
      defaultValue = "64",
      description = "Sequences that every expert scores (default: ${DEFAULT-VALUE}).")
  private int sequences;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "5",
      description = "Rounds of which the median counts (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Override
  public Integer call() {
    Measurement.of(EnsemblesBench.measure(size.size(), sequences, rounds))
        .print(json, spec.commandLine().getOut());
    return Failures.DONE;
  }
}
