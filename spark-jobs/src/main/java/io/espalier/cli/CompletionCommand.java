package io.espalier.cli;

import io.espalier.config.ConfigException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code espalier completion}: what a shell needs to complete commands and options. */
@Command(
    name = "completion",
    description = {
      "Prints a script that makes a shell complete espalier's commands and options.",
      "The shell reads it at its start: the examples are lines for .bashrc and .zshrc."
    },
    footer = {
      "  espalier completion bash > ~/.local/share/bash-completion/completions/espalier",
      "  espalier completion zsh > ~/.espalier-completion.zsh     then: source it in .zshrc"
    })
final class CompletionCommand implements Callable<Integer> {
  private static final List<String> SHELLS = List.of("bash", "zsh");

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "SHELL", description = "bash or zsh.")
  private String shell = "";

  @Override
  public Integer call() {
    if (!SHELLS.contains(shell)) {
      throw new ConfigException(
          "the shell is %s but must be one of %s".formatted(shell, String.join(", ", SHELLS)));
    }
    CommandLine root = spec.root().commandLine();
    // One script for both: under zsh it loads what understands bash's completions.
    spec.commandLine().getOut().print(AutoComplete.bash(root.getCommandName(), root));
    spec.commandLine().getOut().flush();
    return Failures.DONE;
  }
}
