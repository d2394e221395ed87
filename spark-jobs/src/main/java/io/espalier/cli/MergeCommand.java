package io.espalier.cli;

import io.espalier.evaluate.ConnectingLine;
import io.espalier.job.Experiment;
import io.espalier.job.MergeRequest;
import io.espalier.merge.MergeSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code espalier merge}: the configured merges, one more, or the line between two checkpoints. */
@Command(
    name = "merge",
    description = {
      "Merges the experts into one checkpoint, streamed tensor by tensor.",
      "Without options the merges that the experiment asks for; with --method or --weights one more,",
      "which score and report then know; with --interpolate perplexity between two checkpoints."
    },
    footer = {
      "  espalier merge conf/quickstart.yaml",
      "  espalier merge my.yaml --method ties --set-parameter density=0.3 --name ties-0.3",
      "  espalier merge my.yaml --weights law=0.7,code=0.3 --method slerp",
      "  espalier merge my.yaml --interpolate expert/law expert/code"
    })
final class MergeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private ExperimentOptions experimentOptions = new ExperimentOptions();
  @Mixin private SparkOptions spark = new SparkOptions();
  @Mixin private ConsoleOptions consoleOptions = new ConsoleOptions();

  @Option(
      names = "--method",
      paramLabel = "TYPE",
      description = {
        "linear, task_arithmetic, ties, dare_linear, dare_ties, slerp, karcher, model_stock or",
        "breadcrumbs (default: linear)."
      })
  private Optional<String> method = Optional.empty();

  @Option(
      names = "--set-parameter",
      paramLabel = "KEY=VALUE",
      description = {
        "A setting of the method, such as density=0.3 or lambda='[0.5, 1.0]' from first to last",
        "layer; may be repeated. The others are those under merge_methods in the reference."
      })
  private List<String> parameters = List.of();

  @Option(
      names = "--weights",
      paramLabel = "RULE",
      description = {
        "uniform, posterior, argmax, greedy_soup, or shares such as law=0.7,code=0.3",
        "(default: uniform)."
      })
  private Optional<String> weights = Optional.empty();

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "The result is merged/NAME (default: method and weights).")
  private Optional<String> name = Optional.empty();

  @Option(
      names = "--experts",
      paramLabel = "NAME,…",
      split = ",",
      description = "Checkpoints of the run to merge (default: its experts).")
  private List<String> experts = List.of();

  @Option(
      names = "--base",
      paramLabel = "NAME",
      description = "The checkpoint that the experts were branched from (default: the run's seed).")
  private Optional<String> base = Optional.empty();

  @Option(
      names = "--interpolate",
      paramLabel = "NAME",
      arity = "2",
      description = "Measures perplexity along the straight line between two checkpoints.")
  private List<String> ends = List.of();

  @Option(
      names = "--points",
      paramLabel = "N",
      defaultValue = "11",
      description = "Models on that line, both ends included (default: ${DEFAULT-VALUE}).")
  private int points;

  @Override
  public Integer call() {
    boolean one =
        method.isPresent() || weights.isPresent() || name.isPresent() || !experts.isEmpty();
    if (one && !ends.isEmpty()) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "--interpolate makes no merge: it can't be given with --method");
    }
    if (!one && (base.isPresent() || !parameters.isEmpty())) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "--base and --set-parameter need --method");
    }
    Optional<MergeSettings> settings = one ? Optional.of(settings()) : Optional.empty();
    Experiment experiment = experimentOptions.load();
    CommandLine line = spec.commandLine();
    try (Console console = consoleOptions.console();
        SparkWork work = SparkWork.begin(experiment, spark, console, line.getErr())) {
      if (!ends.isEmpty()) {
        print(work.interpolate(ends.get(0), ends.get(1), points));
      } else if (settings.isPresent()) {
        work.merge(new MergeRequest(settings.get(), experts, base));
      } else {
        work.mergeConfigured();
      }
    }
    return Failures.DONE;
  }

  /** The options as the section merge of an experiment would say it. */
  private MergeSettings settings() {
    String type = method.orElse("linear");
    String rule = weights.orElse("uniform");
    boolean given = rule.contains("=");
    boolean each = rule.equals("posterior") || rule.equals("argmax");
    List<String> keys = new ArrayList<>(List.of("type: " + type));
    for (String parameter : parameters) {
      if (!parameter.contains("=")) {
        throw new CommandLine.ParameterException(
            spec.commandLine(), "--set-parameter is %s but must be KEY=VALUE".formatted(parameter));
      }
      keys.add(parameter.replaceFirst("=", ": "));
    }
    String shares =
        given ? "type: given, weights: {" + rule.replace("=", ": ") + "}" : "type: " + rule;
    String called = name.orElse(type + (given ? "-given" : "-" + rule));
    return Experiment.mergeSettings(
        "{name: '%s', method: {%s}, weights: {%s}, targets: %s}"
            .formatted(called, String.join(", ", keys), shares, each ? "each" : "all"));
  }

  private void print(ConnectingLine line) {
    CommandLine command = spec.commandLine();
    command.getOut().print(consoleOptions.isJson() ? Output.json(line) + "\n" : toText(line));
  }

  /** A table whose last column is the plot. */
  static String toText(ConnectingLine line) {
    double highest = line.highest().perplexity();
    for (ConnectingLine.Point point : line.points()) {
      highest = Math.max(highest, point.perplexity());
    }
    TextTable table =
        TextTable.of(">share of " + line.second().checkpoint(), ">perplexity", ">even change", "");
    for (ConnectingLine.Point point : line.points()) {
      table.row(
          String.format(Locale.ROOT, "%.2f", point.share()),
          String.format(Locale.ROOT, "%.2f", point.perplexity()),
          String.format(Locale.ROOT, "%.2f", line.even(point.share())),
          "▇".repeat((int) Math.max(1, Math.round(40 * point.perplexity() / highest))));
    }
    return "\n%s%n%s%n".formatted(table.toText(), line.finding());
  }
}
