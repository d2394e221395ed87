package io.espalier.cli;

import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;

/**
 * A line of a command's examples.
 *
 * @param command what to type
 * @param remark what it does; empty = the command says it
 */
record Example(String command, String remark) {
  private static final String INDENT = "  espalier ";

  /** All examples of a command, in the order of its help. */
  static List<Example> of(CommandSpec command) {
    return Stream.of(command.usageMessage().footer())
        .filter(line -> line.startsWith(INDENT))
        .map(line -> line.strip().split(" {2,}", 2))
        .map(parts -> new Example(parts[0], parts.length == 1 ? "" : parts[1]))
        .toList();
  }

  /** What else a command's help ends with. */
  static List<String> notes(CommandSpec command) {
    return Stream.of(command.usageMessage().footer())
        .filter(line -> !line.startsWith(INDENT) && !line.isBlank())
        .toList();
  }
}
