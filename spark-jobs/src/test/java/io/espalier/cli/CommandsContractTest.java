package io.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** What holds for every command, those to come included. */
class CommandsContractTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  static Stream<String> commands() {
    return all(line(new StringWriter(), new StringWriter()))
        .map(c -> c.getCommandSpec().qualifiedName().replaceFirst("^espalier ?", ""));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void helpDescribesEveryOptionAndShowsAnExample(String command) {
    assertThat(execute(command, "--help")).isZero();
    assertThat(err.toString()).isEmpty();
    assertThat(out.toString())
        .contains("Examples:")
        .containsPattern("(?s)Examples:.*\n  espalier " + command);
    find(command)
        .getCommandSpec()
        .args()
        .forEach(arg -> assertThat(arg.description()).as(arg.paramLabel()).isNotEmpty());
  }

  @ParameterizedTest
  @MethodSource("commands")
  void anUnknownOptionIsTheUsersMistake(String command) {
    assertThat(execute(command + operands(command), "--hepl")).isEqualTo(2);
    assertThat(out.toString()).isEmpty();
    assertThat(err.toString())
        .startsWith("espalier: ")
        .contains("unknown option --hepl; did you mean --help?")
        .contains("--help");
  }

  @ParameterizedTest
  @MethodSource("commands")
  void versionIsPrintedEverywhere(String command) {
    assertThat(execute(command, "--version")).isZero();
    assertThat(out.toString()).startsWith("espalier ").contains("Java 17");
  }

  @ParameterizedTest
  @MethodSource("commands")
  void helpFitsOnATerminal(String command) {
    execute(command, "--help");
    assertThat(out.toString().lines()).allMatch(l -> l.length() <= 100, "at most 100 columns");
  }

  /** As many as the command requires. */
  private static String operands(String command) {
    var spec = find(command).getCommandSpec();
    String options =
        spec.options().stream()
            .filter(option -> option.required())
            .map(option -> " " + option.longestName() + " x")
            .collect(Collectors.joining());
    return " x".repeat(spec.positionalParameters().size()) + options;
  }

  private int execute(String command, String option) {
    String[] arguments = (command + " " + option).strip().split(" ");
    return line(out, err).execute(arguments);
  }

  private static CommandLine find(String command) {
    CommandLine line = line(new StringWriter(), new StringWriter());
    for (String name : command.isEmpty() ? new String[0] : command.split(" ")) {
      line = Objects.requireNonNull(line.getSubcommands().get(name), name);
    }
    return line;
  }

  private static CommandLine line(StringWriter out, StringWriter err) {
    return Espalier.commandLine(new PrintWriter(out, true), new PrintWriter(err, true));
  }

  private static Stream<CommandLine> all(CommandLine line) {
    return Stream.concat(
        Stream.of(line),
        line.getSubcommands().values().stream().flatMap(CommandsContractTest::all));
  }
}
