package io.espalier.cli;

import io.espalier.config.ConfigException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code espalier man}: manual pages. */
@Command(
    name = "man",
    description = {
      "Prints the manual page of a command, for man -l and for packages.",
      "With --directory, writes the pages of all commands into a folder."
    },
    footer = {
      "  espalier man forest add | man -l -",
      "  espalier man --directory ~/.local/share/man/man1"
    })
final class ManCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      arity = "0..*",
      paramLabel = "COMMAND",
      description = "A command's name, such as forest add; without, espalier itself.")
  private List<String> names = List.of();

  @Option(
      names = "--directory",
      paramLabel = "DIR",
      description = "Writes a file for each command instead; it is made if it isn't there.")
  private Optional<Path> directory = Optional.empty();

  @Override
  public Integer call() {
    CommandLine root = spec.root().commandLine();
    if (directory.isPresent()) {
      write(root, directory.get());
      return Failures.DONE;
    }
    spec.commandLine().getOut().print(ManPage.of(find(root)).text());
    spec.commandLine().getOut().flush();
    return Failures.DONE;
  }

  private CommandLine find(CommandLine root) {
    CommandLine command = root;
    for (String name : names) {
      CommandLine below = command.getSubcommands().get(name);
      if (below == null) {
        throw new ConfigException(
            "%s is no command; espalier --help lists them".formatted(String.join(" ", names)));
      }
      command = below;
    }
    return command;
  }

  private static void write(CommandLine root, Path folder) {
    try {
      Files.createDirectories(folder);
      for (ManPage page : ManPage.all(root).toList()) {
        Files.writeString(folder.resolve(page.name() + ".1"), page.text());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write manual pages to " + folder, e);
    }
  }
}
