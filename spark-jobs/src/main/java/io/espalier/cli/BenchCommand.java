package io.espalier.cli;

import io.espalier.bench.MergeBench;
import io.espalier.bench.ScanBench;
import io.espalier.bench.TokenizeBench;
import io.espalier.job.Experiment;
import io.espalier.merge.MergeSettings;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code espalier bench}: how fast this machine is at each part of the work. */
@Command(
    name = "bench",
    description = {
      "Measures one part of the work on this machine and prints figures.",
      "What matters is kept in benchmarks.md, with machine and date."
    },
    subcommands = {
      BenchTrainCommand.class,
      BenchGenerateCommand.class,
      BenchMemoryCommand.class,
      BenchExpertsCommand.class,
      BenchOverheadCommand.class,
      BenchCheckpointCommand.class,
      BenchCommand.Merge.class,
      BenchEnsemblesCommand.class,
      BenchCommCommand.class,
      BenchParallelCommand.class,
      BenchPrepareCommand.class,
      BenchCommand.Tokenize.class,
      BenchCommand.Scan.class
    },
    footer = {"  espalier bench train --size a", "  espalier bench experts --json"})
final class BenchCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "say what to measure, such as bench train or bench merge");
  }

  /** {@code espalier bench tokenize}. */
  @Command(
      name = "tokenize",
      description =
          "Training a tokenizer on a folder of text, encoding with it (the library alone, and with"
              + " the cache in front of it) and packing, on one thread: MB/s.",
      footer = {
        "  espalier bench tokenize data-prep/samples/train",
        "  espalier bench tokenize my-text --vocabulary-size 8192 --json"
      })
  static final class Tokenize implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();
    @Mixin private JsonOption json = new JsonOption();

    @Parameters(
        paramLabel = "FOLDER",
        description = "JSON lines with a field text, and plain text files, gzip or not.")
    private Path folder = Path.of("");

    @Option(
        names = "--vocabulary-size",
        paramLabel = "N",
        defaultValue = "8192",
        description = "Entries of the tokenizer (default: ${DEFAULT-VALUE}).")
    private int vocabularySize;

    @Override
    public Integer call() {
      Measurement.of(TokenizeBench.measure(folder, vocabularySize))
          .print(json, spec.commandLine().getOut());
      return Failures.DONE;
    }
  }

  /** {@code espalier bench scan}. */
  @Command(
      name = "scan",
      description = "Reading packed sequences as a training task does, on one thread: MB/s.",
      footer = {"  espalier bench scan", "  espalier bench scan --megabytes 2000 --json"})
  static final class Scan implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();
    @Mixin private JsonOption json = new JsonOption();

    @Option(
        names = "--megabytes",
        paramLabel = "N",
        defaultValue = "200",
        description = "Size of the table that is written and read (default: ${DEFAULT-VALUE}).")
    private int megabytes;

    @Option(
        names = "--sequence-length",
        paramLabel = "TOKENS",
        defaultValue = "1024",
        description = "Tokens of a window (default: ${DEFAULT-VALUE}).")
    private int sequenceLengthTokens;

    @Override
    public Integer call() {
      Measurement.of(ScanBench.measure(megabytes, sequenceLengthTokens))
          .print(json, spec.commandLine().getOut());
      return Failures.DONE;
    }
  }

  /** {@code espalier bench merge}. */
  @Command(
      name = "merge",
      description =
          "Merging checkpoints of 124 million parameters: time, against reading and writing"
              + " them alone, and peak memory.",
      footer = {"  espalier bench merge", "  espalier bench merge --method ties --json"})
  static final class Merge implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();
    @Mixin private JsonOption json = new JsonOption();

    @Option(
        names = "--folder",
        paramLabel = "DIR",
        defaultValue = "${sys:java.io.tmpdir}",
        description = "Where the checkpoints are made and deleted (default: ${DEFAULT-VALUE}).")
    private Path folder = Path.of("");

    @Option(
        names = "--checkpoints",
        paramLabel = "N",
        defaultValue = "8",
        description = "How many to merge (default: ${DEFAULT-VALUE}); each takes 0.5 GB.")
    private int checkpoints;

    @Option(
        names = "--method",
        paramLabel = "TYPE",
        defaultValue = "linear",
        description = "Any merge method, with its settings of the reference (default: linear).")
    private String method = "";

    @Override
    public Integer call() {
      int threads = Runtime.getRuntime().availableProcessors();
      MergeSettings settings =
          Experiment.mergeSettings(
              "{name: bench, method: {type: %s}, weights: {type: uniform}, targets: all}"
                  .formatted(method));
      settings.method().checkExperts(checkpoints);
      Measurement.of(MergeBench.measure(folder, checkpoints, settings.method(), threads))
          .print(json, spec.commandLine().getOut());
      return Failures.DONE;
    }
  }
}
