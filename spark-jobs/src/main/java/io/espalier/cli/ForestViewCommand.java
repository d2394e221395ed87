package io.espalier.cli;

import io.espalier.config.ConfigException;
import io.espalier.forest.Expert;
import io.espalier.forest.ForestDiff;
import io.espalier.forest.ForestHistory;
import io.espalier.forest.ForestVersion;
import io.espalier.job.ForestJobs;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What the commands have in common that only look at the forest. */
@Command
abstract class ForestViewCommand implements Callable<Integer> {
  private static final int HASH_DIGITS = 12;

  private static final DateTimeFormatter MINUTE =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private ExperimentOptions experiment = new ExperimentOptions();
  @Mixin private SparkOptions spark = new SparkOptions();
  @Mixin private ConsoleOptions consoleOptions = new ConsoleOptions();

  /** What is shown, as plain records, for JSON. */
  abstract Object figures(ForestJobs jobs);

  /** The same for people. */
  abstract void print(ForestJobs jobs, PrintWriter out);

  /** Refuses what can be refused before Spark starts. */
  void check() {}

  @Override
  public Integer call() {
    check();
    CommandLine line = spec.commandLine();
    var loaded = experiment.load();
    try (Console console = consoleOptions.console();
        SparkWork work = SparkWork.begin(loaded, spark, console, line.getErr())) {
      if (consoleOptions.isJson()) {
        line.getOut().println(Output.json(figures(work.forest())));
      } else {
        print(work.forest(), line.getOut());
      }
    }
    return Failures.DONE;
  }

  /** A version's number as it was typed. */
  static long number(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new ConfigException(
          "The forest has no version '%s'; a number that forest list shows would work"
              .formatted(text),
          e);
    }
  }

  private static String domains(ForestVersion version) {
    return version.forest().active().stream()
        .map(e -> e.checkpoint().replaceFirst("^expert/", ""))
        .collect(Collectors.joining(", "));
  }

  private static String at(Instant time) {
    return time.equals(Instant.EPOCH) ? "–" : MINUTE.format(time);
  }

  private static String shortened(String hash) {
    return hash.substring(0, Math.min(HASH_DIGITS, hash.length()));
  }

  private static String described(Expert expert) {
    return "%s (%s)".formatted(expert.checkpoint(), shortened(expert.hash()));
  }

  /** {@code espalier forest list}. */
  @Command(
      name = "list",
      description = "Every version of the forest: when it was made, what changed, who takes part.",
      footer = {"  espalier forest list my.yaml", "  espalier forest list my.yaml --json"})
  static final class ListVersions extends ForestViewCommand {

    /** What a line says. */
    record Line(long version, String recordedAt, String change, List<String> active) {}

    @Override
    Object figures(ForestJobs jobs) {
      return jobs.history().versions().stream()
          .map(
              v ->
                  new Line(
                      v.number(),
                      v.recordedAt().toString(),
                      v.change(),
                      v.forest().active().stream().map(Expert::checkpoint).toList()))
          .toList();
    }

    @Override
    void print(ForestJobs jobs, PrintWriter out) {
      TextTable table = TextTable.of(">version", "when (UTC)", "change", "active experts");
      jobs.history()
          .versions()
          .forEach(
              v ->
                  table.row(Long.toString(v.number()), at(v.recordedAt()), v.change(), domains(v)));
      out.print(table.toText());
    }
  }

  /** {@code espalier forest show}. */
  @Command(
      name = "show",
      description = "The experts of one version: checkpoints, parents, what they were trained on.",
      footer = {
        "  espalier forest show my.yaml",
        "  espalier forest show my.yaml --forest-version 2"
      })
  static final class Show extends ForestViewCommand {
    @Option(
        names = "--forest-version",
        paramLabel = "N",
        description = "Which version (default: the newest).")
    private Optional<String> version = Optional.empty();

    @Override
    void check() {
      version.ifPresent(ForestViewCommand::number);
    }

    @Override
    Object figures(ForestJobs jobs) {
      return shown(jobs.history()).forest();
    }

    @Override
    void print(ForestJobs jobs, PrintWriter out) {
      ForestVersion shown = shown(jobs.history());
      Map<String, String> names = jobs.names();
      out.println(
          "Forest version %d, %s, %s"
              .formatted(shown.number(), at(shown.recordedAt()), shown.change()));
      TextTable table =
          TextTable.of(
              "domain",
              "checkpoint",
              "hash",
              "branched from",
              "parents",
              ">data",
              ">tokens",
              "status");
      for (Expert expert : shown.forest().experts()) {
        table.row(
            expert.domain(),
            expert.checkpoint(),
            shortened(expert.hash()),
            expert.branchPoint(),
            expert.parents().stream()
                .map(hash -> names.getOrDefault(hash, shortened(hash)))
                .collect(Collectors.joining(", ")),
            "v" + expert.dataVersion(),
            String.format(Locale.ROOT, "%,d", expert.tokens()),
            expert.status().toString());
      }
      out.print(table.toText());
    }

    private ForestVersion shown(ForestHistory history) {
      return history.at(version.map(ForestViewCommand::number).orElse(history.latest().version()));
    }
  }

  /** {@code espalier forest diff}. */
  @Command(
      name = "diff",
      description = "What distinguishes two versions: who joined, who left, who was replaced.",
      footer = {"  espalier forest diff my.yaml 1 3", "  espalier forest diff my.yaml 1 3 --json"})
  static final class Diff extends ForestViewCommand {
    @Parameters(index = "1", paramLabel = "A", description = "The first version's number.")
    private String first = "";

    @Parameters(index = "2", paramLabel = "B", description = "The second version's number.")
    private String second = "";

    @Override
    void check() {
      number(first);
      number(second);
    }

    @Override
    Object figures(ForestJobs jobs) {
      return diff(jobs.history());
    }

    @Override
    void print(ForestJobs jobs, PrintWriter out) {
      ForestDiff diff = diff(jobs.history());
      out.println("From version %s to version %s:".formatted(first, second));
      diff.joined().forEach(e -> out.println("  + " + described(e)));
      diff.left().forEach(e -> out.println("  - " + described(e)));
      diff.replaced()
          .forEach(
              r ->
                  out.println(
                      "  ~ %s → %s".formatted(described(r.before()), described(r.after()))));
      out.println(
          diff.isEmpty()
              ? "  the same experts"
              : "  %d experts take part in both".formatted(diff.kept().size()));
    }

    private ForestDiff diff(ForestHistory history) {
      return ForestDiff.between(
          history.at(number(first)).forest(), history.at(number(second)).forest());
    }
  }
}
