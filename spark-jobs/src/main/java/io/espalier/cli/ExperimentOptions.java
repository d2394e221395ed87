package io.espalier.cli;

import io.espalier.job.Experiment;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which experiment: its file, and what the command line changes about it. */
final class ExperimentOptions {
  @Parameters(
      index = "0",
      paramLabel = "FILE",
      description = "The experiment: a YAML file, local or by URI.")
  private String file = "";

  @Option(
      names = {"-o", "--output"},
      paramLabel = "DIR",
      description = "The run's folder, on any Hadoop file system (default: runs/<name>).")
  private Optional<String> output = Optional.empty();

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Overrides a key of the file, such as training.steps=200; may be repeated.")
  private List<String> overrides = List.of();

  /** The option {@code --output}, where a command has another use for it. */
  Optional<String> output() {
    return output;
  }

  /** As {@link #load}, with the run in the folder that the file names. */
  Experiment loadWithoutOutput() {
    return Experiment.load(file, overrides, Optional.empty());
  }

  /** Reads and checks the experiment; nothing is written. */
  Experiment load() {
    return Experiment.load(file, overrides, output);
  }
}
