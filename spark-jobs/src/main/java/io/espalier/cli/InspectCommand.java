package io.espalier.cli;

import io.espalier.config.RunPaths;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
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
      "Of a model's folder: all its checkpoints. Of a run also: what was rejected and why, which",
      "documents are in a sequence, and what became of a document. Starts no Spark."
    },
    footer = {
      "  espalier inspect runs/quickstart",
      "  espalier inspect runs/quickstart --rejections",
      "  espalier inspect runs/quickstart --rejections exact_duplicate --limit 20",
      "  espalier inspect runs/quickstart --trace legal/train/17",
      "  espalier inspect runs/quickstart --trace-document dc-1-101",
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

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "10",
      description = "Of rejections: how many to show (default: ${DEFAULT-VALUE}).")
  private int limit;

  @Option(
      names = "--conf",
      paramLabel = "KEY=VALUE",
      description =
          "A setting of a file system, as spark.hadoop.fs.s3a.endpoint=https://…; may be repeated.")
  private Map<String, String> settings = new LinkedHashMap<>();

  @ArgGroup private Question question = new Question();

  /** What is asked about a run; one thing at a time. */
  private static final class Question {
    @Option(
        names = "--rejections",
        arity = "0..1",
        fallbackValue = "",
        paramLabel = "REASON",
        description = {
          "Of a run: the records that were rejected with this reason or at this stage, and their",
          "beginning; without a reason: how many of each, with an example."
        })
    private Optional<String> rejections = Optional.empty();

    @Option(
        names = "--trace",
        paramLabel = "DOMAIN/SPLIT/NUMBER",
        description = "Of a run: the documents in a sequence, their files and offsets.")
    private Optional<String> sequence = Optional.empty();

    @Option(
        names = "--trace-document",
        paramLabel = "ID",
        description =
            "Of a run: what became of a document, its sequences, and the models that saw them.")
    private Optional<String> document = Optional.empty();
  }

  @Override
  public Integer call() throws IOException {
    Inspected found = inspect();
    spec.commandLine().getOut().print(json.isGiven() ? Output.json(found) + "\n" : found.toText());
    return Failures.DONE;
  }

  private Map<String, String> hadoop() {
    return SparkOptions.hadoopSettings(settings);
  }

  private Inspected inspect() throws IOException {
    if (question.rejections.isPresent()) {
      return InspectedRejections.of(
          RunPaths.of(folder), question.rejections.get(), limit, hadoop());
    }
    if (question.sequence.isPresent()) {
      return InspectedSequence.of(RunPaths.of(folder), question.sequence.get(), hadoop());
    }
    if (question.document.isPresent()) {
      return InspectedDocument.of(RunPaths.of(folder), question.document.get(), hadoop());
    }
    OptionalLong pinned = version.map(OptionalLong::of).orElseGet(OptionalLong::empty);
    return new Inspector(pinned, rows, audit, hadoop()).inspect(folder);
  }
}
