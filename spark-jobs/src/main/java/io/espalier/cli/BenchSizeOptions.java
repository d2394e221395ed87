package io.espalier.cli;

import io.espalier.bench.TrainSize;
import picocli.CommandLine.Option;

/** The model that benches of experts train. */
final class BenchSizeOptions {
  @Option(
      names = "--size",
      paramLabel = "SIZE",
      defaultValue = "a",
      description = "a, b or c of bench train, or quickstart (default: ${DEFAULT-VALUE}).")
  private String size = "";

  TrainSize size() {
    return TrainSize.of(size);
  }
}
