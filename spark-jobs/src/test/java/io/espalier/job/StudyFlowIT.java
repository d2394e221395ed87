package io.espalier.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.espalier.checkpoint.Checkpoint;
import io.espalier.checkpoint.CheckpointFiles;
import io.espalier.checkpoint.CheckpointFolder;
import io.espalier.checkpoint.SafetensorsReader;
import io.espalier.checkpoint.TensorSpec;
import io.espalier.config.ConfigException;
import io.espalier.evaluate.Result;
import io.espalier.table.Table;
import io.espalier.table.TableSchema;
import io.espalier.table.TrialRow;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A study on the tiny experiment, run once; the tests look at what it left. */
@Tag("long")
class StudyFlowIT {
  /** A rate at which a model's weights are no longer numbers after an update or two. */
  private static final String DIVERGES = "1.0E30";

  private static final String[] STUDY = {
    "study.seed_shares=[0.0, 0.834]",
    "study.domain_counts=[2]",
    "study.random_split=true",
    "study.unshared_seed=true",
    "study.dense_sweep.peak_learning_rates=[" + DIVERGES + "]",
    "study.dense_sweep.global_batch_sequences=[6, 2]"
  };

  private static final String FAILED = "dense-batch-2-rate-" + DIVERGES;

  @TempDir private static Path folder;
  private static TinyExperiment tiny;
  private static SparkSession spark;
  private static Experiment experiment;
  private static StudyOutcome outcome;
  private static final RecordedEvents EVENTS = new RecordedEvents();

  @BeforeAll
  static void runTheStudy() throws IOException {
    tiny = TinyExperiment.in(folder);
    experiment = tiny.to(folder.resolve("run"), STUDY);
    spark =
        EspalierSession.open(
            experiment, Optional.of("local[2]"), Map.of("spark.ui.enabled", "false"));
    outcome = Pipeline.study(spark, experiment, EVENTS);
  }

  private static List<TrialRow> trials() {
    Table<TrialRow> table = Table.at(spark, TableSchema.TRIALS, experiment.paths().table("trials"));
    return table.collect(table.latestVersion().orElseThrow());
  }

  private static Checkpoint at(String name, long step) {
    return CheckpointFolder.open(new Configuration(), experiment.paths().checkpoint(name))
        .all()
        .stream()
        .filter(checkpoint -> checkpoint.step() == step)
        .findFirst()
        .orElseThrow();
  }

  private static float[] embedding(Checkpoint checkpoint) {
    try (SafetensorsReader reader = checkpoint.tensors(CheckpointFiles.MODEL)) {
      TensorSpec spec = reader.spec("transformer.wte.weight");
      ByteBuffer bytes =
          ByteBuffer.allocateDirect((int) spec.lengthBytes()).order(ByteOrder.LITTLE_ENDIAN);
      reader.read(spec.name(), 0, bytes);
      float[] values = new float[(int) spec.lengthBytes() / Float.BYTES];
      bytes.flip().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
      return values;
    }
  }

  @Test
  void everyTrialHasARowAndLearnsFromAsManyTokensAsTheDenseModel() {
    assertThat(trials())
        .extracting(TrialRow::trial)
        .containsExactlyInAnyOrder(
            "seed-share-0.0",
            "seed-share-0.834",
            "domains-2",
            "random-split",
            "unshared-seed",
            "dense-batch-6-rate-" + DIVERGES,
            FAILED);
    assertThat(trials()).extracting(TrialRow::tokens).containsOnly(6L * 6 * 16);
    assertThat(trials().stream().filter(row -> row.status().equals("complete")))
        .allSatisfy(
            row -> {
              assertThat(row.deviceSeconds()).isPositive();
              assertThat(row.flops()).isPositive();
            });
  }

  @Test
  void aTrialThatFailsSaysWhyAndStopsNoOther() {
    TrialRow failed =
        trials().stream().filter(row -> row.trial().equals(FAILED)).findFirst().orElseThrow();
    assertThat(failed.status()).isEqualTo("failed");
    assertThat(failed.message()).contains("trials/" + FAILED + "/dense").contains("NaN");
    assertThat(outcome.failures()).containsKey("trials/" + FAILED + "/dense");
    assertThat(trials().stream().filter(row -> row.trial().startsWith("dense-batch")).count())
        .isEqualTo(2);
    assertThat(trials().stream().filter(row -> !row.trial().startsWith("dense-batch")).toList())
        .extracting(TrialRow::status)
        .containsOnly("complete");
  }

  @Test
  void aLargerSharesSeedIsTheDenseModelOnItsWay() {
    // To the last bits, which the number of threads decides: a trial has one.
    assertThat(embedding(at("trials/seed-share-0.834/seed", 5)))
        .containsExactly(embedding(at("dense", 5)), within(1e-5f));
    assertThat(embedding(at("dense", 5))).isNotEqualTo(embedding(at("dense", 6)));
  }

  @Test
  void everyForestHasItsEnsembleAndItsAveragesOnEveryTrainingDomain() {
    for (String trial :
        List.of("seed-share-0.0", "seed-share-0.834", "domains-2", "random-split")) {
      for (String model : List.of("ensemble/cached_prior", "merged/uniform", "merged/posterior")) {
        TreeSet<String> domains = new TreeSet<>();
        outcome.results().stream()
            .filter(r -> r.model().equals("trials/" + trial + "/" + model) && !r.isMean())
            .filter(r -> r.split().equals(Result.TEST_SPLIT))
            .filter(r -> r.metric().equals(Result.PERPLEXITY))
            .forEach(r -> domains.add(r.domain()));
        assertThat(domains).as("%s of %s", model, trial).contains("code", "law", "poems");
      }
    }
  }

  @Test
  void theRunsOwnReportKnowsNothingOfTrials() throws IOException {
    assertThat(Files.readString(folder.resolve("run/report/index.html")))
        .contains("ensemble")
        .doesNotContain("trials/");
  }

  @Test
  void thePageStatesEachClaimWithItsFigures() throws IOException {
    assertThat(outcome.findings()).hasSizeGreaterThan(5).allMatch(line -> line.endsWith("."));
    String page = Files.readString(folder.resolve("run/report/study.html"));
    assertThat(page)
        .contains("Averaging by the posterior beats averaging uniformly")
        .contains("chart-seed-share")
        .contains("failed: trials/" + FAILED);
    assertThat(Files.readString(folder.resolve("run/report/study.json")))
        .contains("\"trials/random-split/ensemble/cached_prior\"");
  }

  @Test
  void whatIsCompleteIsNotTrainedAgainAndTrialsCanBeAdded() {
    Experiment more =
        tiny.to(
            folder.resolve("run"),
            "study.seed_shares=[0.0, 0.834]",
            "study.domain_counts=[2]",
            "study.random_split=true",
            "study.seeds=[21]");
    RecordedEvents events = new RecordedEvents();
    Pipeline.study(spark, more, events);
    assertThat(events.all()).contains("skipped train-seed", "skipped train-experts");
    assertThat(events.announcedBeforeWork(TrainTrials.STAGE))
        .isNotEmpty()
        .allMatch(name -> name.startsWith("trials/seed-21/"));
  }

  @Test
  void aStudyBeyondItsBudgetIsRefusedBeforeAnythingIsWritten() {
    Path output = folder.resolve("refused");
    Experiment tooMuch =
        tiny.to(output, "study.random_split=true", "study.maximum_device_hours=1.0e-9");
    assertThatThrownBy(() -> Pipeline.study(spark, tooMuch, new RecordedEvents()))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith(
            "study.maximum_device_hours is 1.0E-9 but the run and its 1 trials are estimated to take ");
    assertThat(output).doesNotExist();
  }

  @Test
  void aStudyOfNothingIsRefused() {
    Experiment none = tiny.to(folder.resolve("none"));
    assertThatThrownBy(() -> Pipeline.study(spark, none, new RecordedEvents()))
        .isInstanceOf(ConfigException.class)
        .hasMessage("study asks for no trial; study.random_split=true, for example, would work");
  }
}
