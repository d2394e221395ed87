package io.espalier.cli;

import picocli.CommandLine.Option;

/** How a bench is measured that takes turns with a Python beside it. */
final class BenchPeerOptions {
  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "5",
      description = "Turns that each side takes (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(
      names = "--peer",
      paramLabel = "PYTHON",
      defaultValue = "",
      description = "A Python with PyTorch: measures the same there in the same run.")
  private String python = "";

  int rounds() {
    return rounds;
  }

  /** Empty where no peer is wanted. */
  String python() {
    return python;
  }
}
