package io.espalier.cli;

import java.io.PrintWriter;
import java.util.OptionalInt;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** How much is said, and to whom: a person or a program. */
final class ConsoleOptions {
  private static final String JSON = "--json";
  private static final String QUIET = "--quiet";

  @Spec(Target.MIXEE)
  private CommandSpec command = CommandSpec.create();

  @Option(
      names = {"-q", QUIET},
      description = "Says nothing about progress.")
  private boolean quiet;

  @Option(
      names = JSON,
      description =
          "Prints figures as JSON, and on standard error a line of JSON for each event: stages,"
              + " progress, messages, an interruption or failure.")
  private boolean json;

  boolean isJson() {
    return json;
  }

  /** A console for progress. */
  Console console() {
    CommandSpec spec = command;
    PrintWriter out = json ? spec.commandLine().getErr() : spec.commandLine().getOut();
    Console.Verbosity verbosity =
        quiet ? Console.Verbosity.QUIET : json ? Console.Verbosity.EVENTS : Console.Verbosity.LINES;
    OptionalInt columns = json ? OptionalInt.empty() : Espalier.terminalColumns();
    Console console = new Console(out, verbosity, columns, () -> System.nanoTime() / 1e9);
    console.breakSilence();
    return console;
  }

  /** Whether a command that was typed so tells its events as JSON, its failure among them. */
  static boolean tellsEvents(ParseResult typed) {
    ParseResult command = typed;
    while (command.hasSubcommand()) {
      command = command.subcommand();
    }
    return command.commandSpec().findOption(QUIET) != null && command.hasMatchedOption(JSON);
  }
}
