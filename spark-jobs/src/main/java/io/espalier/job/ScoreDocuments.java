package io.espalier.job;

import io.espalier.checkpoint.Checkpoint;
import io.espalier.config.ConfigException;
import io.espalier.config.RunPaths;
import io.espalier.prep.input.FieldMapping;
import io.espalier.train.TrainingPlanner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.util.LongAccumulator;

/**
 * Scores any documents with a run's models: each gets its perplexity under every expert, their
 * ensemble and the dense model, and the posterior over domains, which makes of a forest a
 * classifier.
 */
public final class ScoreDocuments {
  static final String STAGE = "score";

  private final Run run;
  private final RunModel model;

  ScoreDocuments(Run run, RunModel model) {
    this.run = run;
    this.model = model;
  }

  /**
   * What to score.
   *
   * @param input file, folder, glob or Delta table
   * @param output folder that isn't there yet
   * @param format {@code delta}, {@code parquet} or {@code json}; empty = by the output's name
   */
  public record Request(
      String input, String idField, String textField, String output, String format) {
    public Request {
      format = format.isEmpty() ? ofName(output) : format.toLowerCase(Locale.ROOT);
      if (!List.of("delta", "parquet", "json").contains(format)) {
        throw new ConfigException(
            "format is %s but must be delta, parquet or json".formatted(format));
      }
    }

    private static String ofName(String output) {
      String name = output.toLowerCase(Locale.ROOT).replaceFirst("/+$", "");
      if (name.endsWith(".parquet")) {
        return "parquet";
      }
      return name.matches(".*\\.(json|jsonl|ndjson)") ? "json" : "delta";
    }
  }

  /** Writes one row for each document, in one step: there is no half an output. */
  void score(Request request) {
    Path output = free(request.output());
    List<ScoringModel> models = models();
    DocumentSource source =
        new DocumentSource(
            qualified(request.input()).toString(),
            new FieldMapping(request.idField(), request.textField(), ""),
            run.settings().data().maximumDocumentBytes());
    JavaRDD<InputDocument> documents =
        source.documents(run.spark(), run.hadoopSettings(), run.slots());
    run.listener()
        .stageStarted(
            STAGE, "documents of %s under %d models".formatted(request.input(), models.size()));
    run.spark().sparkContext().setJobDescription("score documents of " + request.input());
    LongAccumulator scored = run.spark().sparkContext().longAccumulator("scored documents");
    LongAccumulator problems =
        run.spark().sparkContext().longAccumulator("documents with problems");
    DocumentTask task = task(models);
    FlatMapFunction<java.util.Iterator<InputDocument>, Row> score = task::score;
    JavaRDD<Row> rows =
        documents
            .mapPartitions(score)
            .map(
                row -> {
                  (row.getString(row.length() - 1).isEmpty() ? scored : problems).add(1);
                  return row;
                });
    write(rows, request.format(), output);
    run.listener()
        .stageFinished(
            STAGE,
            String.format(
                Locale.ROOT,
                "%,d documents, %,d more without text or broken, in %s",
                scored.value(),
                problems.value(),
                RunPaths.shown(output.toString())));
  }

  private DocumentTask task(List<ScoringModel> models) {
    return new DocumentTask(
        model.files(),
        model.spec(),
        models,
        run.settings().data().unicodeForm(),
        run.settings().training().precision(),
        run.settings().training().device(),
        run.settings().scoring().batchSequences(),
        run.coresForEachOf(run.slots()));
  }

  /** The active experts, and the dense model if it is complete. */
  private List<ScoringModel> models() {
    List<ScoringModel> models = new ArrayList<>();
    for (FinishedRun.ActiveExpert expert : FinishedRun.activeExperts(run.experiment())) {
      models.add(new ScoringModel(expert.name(), expert.checkpoint().hash(), expert.domain()));
    }
    if (models.isEmpty()) {
      throw new ConfigException(
          "%s has no experts; run espalier train-experts first"
              .formatted(RunPaths.shown(run.paths().root())));
    }
    long lastStep = model.planner().denseFromSeed().lastStep();
    for (Checkpoint checkpoint : model.files().checkpoints(TrainingPlanner.DENSE).all()) {
      if (checkpoint.step() == lastStep) {
        models.add(new ScoringModel(TrainingPlanner.DENSE, checkpoint.hash(), ""));
      }
    }
    return models;
  }

  private Path qualified(String path) {
    try {
      Path at = new Path(path);
      return at.getFileSystem(run.spark().sessionState().newHadoopConf()).makeQualified(at);
    } catch (IOException | IllegalArgumentException e) {
      throw new ConfigException("%s is no path: %s".formatted(path, e.getMessage()), e);
    }
  }

  private Path free(String output) {
    Path path = qualified(output);
    try {
      if (fileSystem(path).exists(path)) {
        throw new ConfigException(
            "output is %s but something is there already; another name, or removing it, would work"
                .formatted(output));
      }
      return path;
    } catch (IOException e) {
      throw new ConfigException("output is %s but can't be read: %s".formatted(output, e), e);
    }
  }

  private FileSystem fileSystem(Path path) throws IOException {
    return path.getFileSystem(run.spark().sessionState().newHadoopConf());
  }

  /** Under another name first, so that what was interrupted isn't taken for the whole. */
  private void write(JavaRDD<Row> rows, String format, Path output) {
    Path unfinished = output.suffix(".unfinished");
    DataFrameWriter<Row> writer =
        run.spark().createDataFrame(rows, DocumentScores.SCHEMA).write().format(format);
    try {
      fileSystem(output).delete(unfinished, true);
      writer.mode(SaveMode.ErrorIfExists).save(unfinished.toString());
      if (!fileSystem(output).rename(unfinished, output)) {
        throw new ConfigException(
            "The scores lie in %s but can't be renamed to %s".formatted(unfinished, output));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write " + output, e);
    }
  }
}
