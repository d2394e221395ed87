package io.espalier.cli;

import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;

/** {@code docs/commands.md}: every command with its options and examples, from what help shows. */
final class CommandsPage {
  private static final String HEAD =
      """
      # Commands

      <!-- examples: my.yaml my-forest my-text /data/ new.jsonl math.jsonl mail code_validation s3a: hdfs: ~/ -->

      Every command with its options, as `--help` has them. Generated from the program; see \
      [CONTRIBUTING.md](../CONTRIBUTING.md#build) for how.
      """;

  /** Said once: every command has them. */
  private static final List<String> EVERYWHERE = List.of("--help", "--version");

  private CommandsPage() {}

  /** The page of these commands. */
  static String of(CommandLine root) {
    StringBuilder page = new StringBuilder(HEAD);
    page.append("\n`-h`, `--help` and `-V`, `--version` go with every command.\n");
    all(root).forEach(command -> append(page, command));
    return page.toString();
  }

  private static Stream<CommandLine> all(CommandLine command) {
    return Stream.concat(
        Stream.of(command), ManPage.subcommands(command).stream().flatMap(CommandsPage::all));
  }

  private static void append(StringBuilder page, CommandLine command) {
    CommandSpec spec = command.getCommandSpec();
    page.append("\n## %s%n%n".formatted(spec.qualifiedName()));
    page.append(text(List.of(spec.usageMessage().description()))).append("\n");
    List<ArgSpec> arguments = arguments(spec);
    if (!arguments.isEmpty()) {
      page.append("\n| argument | meaning |\n|---|---|\n");
      arguments.forEach(
          arg ->
              page.append(
                  "| `%s`%s | %s |%n"
                      .formatted(
                          cell(ManPage.names(arg)),
                          arg.required() ? ", required" : "",
                          cell(text(ManPage.description(arg))))));
    }
    page.append("\n```\n");
    List<Example> examples = Example.of(spec);
    int width = examples.stream().mapToInt(e -> e.command().length()).max().orElse(0);
    examples.forEach(example -> page.append(line(example, width)));
    page.append("```\n");
    List<String> notes = Example.notes(spec);
    if (!notes.isEmpty()) {
      page.append("\n").append(text(notes)).append("\n");
    }
  }

  private static List<ArgSpec> arguments(CommandSpec spec) {
    return Stream.<ArgSpec>concat(
            spec.positionalParameters().stream(),
            ManPage.options(spec).stream()
                .filter(option -> !EVERYWHERE.contains(option.longestName())))
        .filter(arg -> !arg.hidden())
        .toList();
  }

  private static String line(Example example, int width) {
    String padding = " ".repeat(width - example.command().length());
    String remark = example.remark().isEmpty() ? "" : padding + "     # " + example.remark();
    return "bin/" + example.command() + remark + "\n";
  }

  private static String text(List<String> lines) {
    return String.join(" ", lines).replaceAll("\\s+", " ").strip().replace("<", "\\<");
  }

  private static String cell(String text) {
    return text.replace("|", "\\|");
  }
}
