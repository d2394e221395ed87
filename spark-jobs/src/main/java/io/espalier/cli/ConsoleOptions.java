package io.espalier.cli;

import java.io.PrintWriter;
import java.util.OptionalInt;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** How much is said. */
final class ConsoleOptions {
  @Spec(Target.MIXEE)
  private CommandSpec command = CommandSpec.create();

  @Option(
      names = {"-q", "--quiet"},
      description = "Says nothing about progress.")
  private boolean quiet;

  /**
   * A console for progress.
   *
   * @param json whether standard output is kept for figures, so that progress goes elsewhere
   */
  Console console(boolean json) {
    PrintWriter out = json ? command.commandLine().getErr() : command.commandLine().getOut();
    OptionalInt columns = json ? OptionalInt.empty() : Espalier.terminalColumns();
    return new Console(
        out,
        quiet ? Console.Verbosity.QUIET : Console.Verbosity.NORMAL,
        columns,
        () -> System.nanoTime() / 1e9);
  }
}
