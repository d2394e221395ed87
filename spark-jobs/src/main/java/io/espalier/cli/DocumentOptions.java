package io.espalier.cli;

import io.espalier.config.ConfigException;
import io.espalier.job.ScoreDocuments;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which documents {@code score} takes instead of the run's own validation and test text. */
final class DocumentOptions {
  @Option(
      names = "--input",
      paramLabel = "PATH",
      description =
          "Documents to score instead: a Delta table, or a file, folder or glob of JSON lines,"
              + " Parquet, CSV or text. --output is then where their scores go, a folder that isn't"
              + " there yet; --set output=DIR names the run's.")
  private Optional<String> input = Optional.empty();

  @Option(
      names = "--text-field",
      paramLabel = "NAME",
      defaultValue = "text",
      description = "Where a document's text is; dots reach into it (default: ${DEFAULT-VALUE}).")
  private String textField = "";

  @Option(
      names = "--id-field",
      paramLabel = "NAME",
      defaultValue = "id",
      description = "Where its id is (default: ${DEFAULT-VALUE}).")
  private String idField = "";

  @Option(
      names = "--format",
      paramLabel = "NAME",
      defaultValue = "",
      description =
          "Of the scores: delta, parquet or json (default: by the name's ending, else delta).")
  private String format = "";

  /** What is asked for; empty without {@code --input}. */
  Optional<ScoreDocuments.Request> request(Optional<String> output) {
    if (input.isEmpty()) {
      return Optional.empty();
    }
    if (output.isEmpty()) {
      throw new ConfigException(
          "input is %s but there is no --output, the folder for its scores; scores.jsonl would work"
              .formatted(input.get()));
    }
    return Optional.of(
        new ScoreDocuments.Request(input.get(), idField, textField, output.get(), format));
  }
}
