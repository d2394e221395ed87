package io.espalier.bench;

import static org.apache.spark.sql.functions.col;

import io.espalier.config.ConfigException;
import io.espalier.job.EspalierSession;
import io.espalier.job.Experiment;
import io.espalier.job.ExperimentSettings;
import io.espalier.prep.PackSequences;
import io.espalier.prep.PackedCorpus;
import io.espalier.prep.PackedSplit;
import io.espalier.prep.PreparationListener;
import io.espalier.prep.PreparationPlan;
import io.espalier.prep.PrepareDocuments;
import io.espalier.prep.PreparedDocuments;
import io.espalier.prep.StageCounts;
import io.espalier.prep.TrainTokenizer;
import io.espalier.text.TokenizerFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.SparkSession;

/**
 * The process that prepares text: an experiment's documents, and its sequences if asked for. Prints
 * {@link PrintedFigures}.
 */
final class PrepareProcess {
  /** A file in the run's folder: ids of the documents rejected as near duplicates, one a line. */
  static final String LOST = "lost";

  private PrepareProcess() {}

  /** How far it goes. */
  enum Goal {
    /** The tables {@code documents} and {@code rejections}, and what {@link #LOST} lists. */
    DOCUMENTS,
    /** The table {@code sequences} too, by way of a tokenizer. */
    SEQUENCES
  }

  /** Arguments: the goal, the experiment's file, and the run's folder. */
  public static void main(String[] arguments) throws IOException {
    try {
      run(arguments);
    } catch (ConfigException e) {
      System.err.println("espalier: " + e.getMessage());
      System.exit(2);
    }
  }

  private static void run(String[] arguments) throws IOException {
    Experiment experiment = Experiment.load(arguments[1], List.of(), Optional.of(arguments[2]));
    try (SparkSession spark = EspalierSession.open(experiment, Optional.empty(), Map.of())) {
      prepare(spark, experiment, Goal.valueOf(arguments[0]));
      writeLost(spark, experiment, Path.of(arguments[2], LOST));
      PrintedFigures.print(
          "peak_resident_megabytes",
          Timed.megabytes(ProcessStatus.peakResidentBytes().orElseThrow()));
    }
  }

  private static void prepare(SparkSession spark, Experiment experiment, Goal goal) {
    ExperimentSettings settings = experiment.settings();
    PreparationPlan plan =
        PreparationPlan.of(spark.sessionState().newHadoopConf(), settings.data(), settings.seed());
    PreparedDocuments documents =
        PrepareDocuments.run(spark, plan, experiment.paths(), PreparationListener.SILENT);
    StageCounts last = documents.stages().get(documents.stages().size() - 1);
    PrintedFigures.print("documents_kept", (double) last.kept());
    if (goal == Goal.SEQUENCES) {
      pack(spark, experiment, plan, documents);
    }
  }

  private static void pack(
      SparkSession spark,
      Experiment experiment,
      PreparationPlan plan,
      PreparedDocuments documents) {
    ExperimentSettings settings = experiment.settings();
    TokenizerFile tokenizer =
        TrainTokenizer.run(
            spark,
            settings.tokenizer(),
            settings.packing().sequenceLengthTokens(),
            experiment.paths(),
            documents,
            PreparationListener.SILENT);
    PackedCorpus sequences =
        PackSequences.run(
            spark,
            plan,
            settings.packing(),
            tokenizer,
            experiment.paths(),
            documents,
            PreparationListener.SILENT);
    PrintedFigures.print(
        "sequences", (double) sequences.splits().stream().mapToLong(PackedSplit::sequences).sum());
  }

  private static void writeLost(SparkSession spark, Experiment experiment, Path file)
      throws IOException {
    List<String> ids =
        spark
            .read()
            .format("delta")
            .load(experiment.paths().table("rejections"))
            .where(col("stage").equalTo("near_duplicate"))
            .select("id")
            .as(Encoders.STRING())
            .collectAsList();
    Files.write(file, ids);
  }
}
