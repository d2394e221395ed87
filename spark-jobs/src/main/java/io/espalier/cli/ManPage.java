package io.espalier.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * The manual page of one command in the macros of man(7), made of what its help is made of.
 *
 * @param name of the page: {@code espalier-forest-add}
 * @param text the page's source
 */
record ManPage(String name, String text) {
  /** The page of a command. */
  static ManPage of(CommandLine command) {
    CommandSpec spec = command.getCommandSpec();
    List<String> lines = new ArrayList<>();
    String name = spec.qualifiedName("-");
    List<String> description = description(spec.usageMessage().description());
    lines.add(".TH \"%s\" 1".formatted(escaped(name)));
    section(lines, "NAME");
    lines.add(text(name) + " \\- " + text(firstSentence(description)));
    section(lines, "SYNOPSIS");
    lines.add(text(synopsis(command)));
    section(lines, "DESCRIPTION");
    description.forEach(line -> lines.add(text(line)));
    arguments(lines, "OPERANDS", spec.positionalParameters());
    arguments(lines, "OPTIONS", options(spec));
    commands(lines, command);
    examples(lines, spec);
    return new ManPage(name, String.join("\n", lines) + "\n");
  }

  /** The pages of a command and of all below it. */
  static Stream<ManPage> all(CommandLine command) {
    return Stream.concat(
        Stream.of(of(command)), subcommands(command).stream().flatMap(ManPage::all));
  }

  /** Visible options by their names, as help lists them. */
  static List<OptionSpec> options(CommandSpec spec) {
    return spec.options().stream()
        .filter(option -> !option.hidden())
        .sorted(Comparator.comparing(OptionSpec::longestName))
        .toList();
  }

  /** The commands below a command, each once. */
  static List<CommandLine> subcommands(CommandLine command) {
    return command.getSubcommands().values().stream().distinct().toList();
  }

  /** How the command is typed, on one line. */
  static String synopsis(CommandLine command) {
    CommandLine.Help help =
        new CommandLine.Help(
            command.getCommandSpec(), CommandLine.Help.defaultColorScheme(Ansi.OFF));
    return help.synopsis(0).strip().replaceAll("\\s+", " ");
  }

  /** An option's or operand's description with its default in it. */
  static List<String> description(ArgSpec arg) {
    return description(arg.description()).stream()
        .map(line -> line.replace("${DEFAULT-VALUE}", String.valueOf(arg.defaultValue())))
        .toList();
  }

  /** An option's names with its parameter, or an operand's name. */
  static String names(ArgSpec arg) {
    if (arg instanceof OptionSpec option) {
      String names = String.join(", ", option.names());
      return option.arity().max() == 0 ? names : names + " " + option.paramLabel();
    }
    return arg.paramLabel();
  }

  private static List<String> description(String... lines) {
    return Stream.of(lines).flatMap(String::lines).map(String::strip).toList();
  }

  private static void arguments(List<String> lines, String title, List<? extends ArgSpec> args) {
    List<? extends ArgSpec> shown = args.stream().filter(arg -> !arg.hidden()).toList();
    if (shown.isEmpty()) {
      return;
    }
    section(lines, title);
    for (ArgSpec arg : shown) {
      lines.add(".TP");
      lines.add(bold(arg instanceof PositionalParamSpec ? arg.paramLabel() : names(arg)));
      description(arg).forEach(line -> lines.add(text(line)));
    }
  }

  private static void commands(List<String> lines, CommandLine command) {
    if (command.getSubcommands().isEmpty()) {
      return;
    }
    section(lines, "COMMANDS");
    for (CommandLine below : subcommands(command)) {
      lines.add(".TP");
      lines.add(bold(below.getCommandSpec().qualifiedName("-") + "(1)"));
      lines.add(
          text(firstSentence(description(below.getCommandSpec().usageMessage().description()))));
    }
  }

  private static void examples(List<String> lines, CommandSpec spec) {
    section(lines, "EXAMPLES");
    for (Example example : Example.of(spec)) {
      lines.add(".TP");
      lines.add(bold(example.command()));
      lines.add(text(example.remark()));
    }
    List<String> notes = Example.notes(spec);
    if (!notes.isEmpty()) {
      lines.add(".PP");
      notes.forEach(line -> lines.add(text(line.strip())));
    }
  }

  private static String firstSentence(List<String> description) {
    return String.join(" ", description)
        .replaceFirst("(?s)(?<=[.:]) .*", "")
        .replaceFirst("[.:]$", "");
  }

  private static void section(List<String> lines, String title) {
    lines.add(".SH " + title);
  }

  private static String bold(String text) {
    return "\\fB" + escaped(text) + "\\fR";
  }

  /** A line of text, whatever it begins with: a dot or an apostrophe would be a request. */
  private static String text(String line) {
    return (line.startsWith(".") || line.startsWith("'") ? "\\&" : "") + escaped(line);
  }

  private static String escaped(String text) {
    return text.replace("\\", "\\e").replace("-", "\\-").replace("\"", "\\(dq");
  }
}
