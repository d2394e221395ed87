package io.espalier.cli;

import picocli.CommandLine.Option;

/** {@code --json}, wherever a command prints figures. */
final class JsonOption {
  @Option(
      names = "--json",
      description = "Prints figures as JSON; progress goes to standard error.")
  private boolean json;

  boolean isGiven() {
    return json;
  }
}
