package io.espalier.cli;

import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code espalier inspect}: what lies on disk. */
@Command(
    name = "inspect",
    description = {
      "Looks at a run, a table or a checkpoint.",
      "Of a table: schema, version, counts, first rows. Of a checkpoint: tensors, files, provenance.",
      "Of a model's folder: all its checkpoints. Starts no Spark."
    },
    footer = {
      "  espalier inspect runs/quickstart",
      "  espalier inspect runs/quickstart/tables/sequences --rows 10",
      "  espalier inspect runs/quickstart/checkpoints/seed",
      "  espalier inspect runs/quickstart/checkpoints/dense/step-00000600 --audit",
      "  espalier inspect s3a://bucket/run/checkpoints/experts/legal/step-00000600 --json"
    })
final class InspectCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private JsonOption json = new JsonOption();

  @Parameters(paramLabel = "FOLDER", description = "A folder on any Hadoop file system.")
  private String folder = "";

  @Option(
      names = "--table-version",
      paramLabel = "N",
      description = "Of a table: the Delta version (default: the newest).")
  private Optional<Long> version = Optional.empty();

  @Option(
      names = "--rows",
      paramLabel = "N",
      defaultValue = "5",
      description = "Of a table: how many rows to show (default: ${DEFAULT-VALUE}).")
  private int rows;

  @Option(
      names = "--audit",
      description =
          "Of a checkpoint: read every byte and compare it with the SHA-256 in its manifest.")
  private boolean audit;

  @Override
  public Integer call() throws IOException {
    OptionalLong pinned = version.map(OptionalLong::of).orElseGet(OptionalLong::empty);
    Inspected found = new Inspector(pinned, rows, audit).inspect(folder);
    spec.commandLine().getOut().print(json.isGiven() ? Output.json(found) + "\n" : found.toText());
    return Failures.DONE;
  }
}
