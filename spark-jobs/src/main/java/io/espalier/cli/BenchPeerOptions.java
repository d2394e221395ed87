package io.espalier.cli;

import picocli.CommandLine.Option;

/** How a bench of several ranks is measured, and the Python beside it. */
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
      description = "A Python with PyTorch: measures the same with Gloo in the same run.")
  private String python = "";

  int rounds() {
    return rounds;
  }

  /** Empty where no peer is wanted. */
  String python() {
    return python;
  }
}
