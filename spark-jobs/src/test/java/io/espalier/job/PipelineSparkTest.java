package io.espalier.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.checkpoint.Checkpoint;
import io.espalier.checkpoint.CheckpointFolder;
import io.espalier.config.ConfigException;
import io.espalier.evaluate.Result;
import io.espalier.table.LedgerRow;
import io.espalier.table.Table;
import io.espalier.table.TableSchema;
import io.espalier.train.TrainingResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole flow on the tiny experiment, run once; the tests look at what it left. */
class PipelineSparkTest {
  /** Of each domain and split, as the experiment says. */
  private static final long SCORED = 4;

  private static final Set<String> DOMAINS = Set.of("code", "law", "poems", "recipes");
  private static final List<String> EXPERTS = List.of("expert/code", "expert/law", "expert/poems");

  @TempDir private static Path folder;
  private static TinyExperiment tiny;
  private static Experiment experiment;
  private static SparkSession spark;
  private static PlanReport plan;
  private static Pipeline.Outcome outcome;
  private static final RecordedEvents EVENTS = new RecordedEvents();

  @BeforeAll
  static void runEverything() throws IOException {
    tiny = TinyExperiment.in(folder);
    experiment = tiny.to(folder.resolve("run"));
    spark =
        EspalierSession.open(
            experiment, Optional.of("local[2]"), Map.of("spark.ui.enabled", "false"));
    plan = Pipeline.plan(spark, experiment);
    outcome = Pipeline.run(spark, experiment, EVENTS);
  }

  @Test
  void everyStageStartsAndFinishesInTheOrderOfTheFlow() {
    assertThat(EVENTS.all())
        .containsExactlyElementsOf(
            Stream.of(
                    "prepare",
                    "tokenizer",
                    "pack",
                    "train-seed",
                    "train-experts",
                    "train-dense",
                    "score",
                    "merge",
                    "score",
                    "evaluate",
                    "report")
                .flatMap(stage -> Stream.of("started " + stage, "finished " + stage))
                .toList());
  }

  @Test
  void textIsKeptWholeAndPackedForEachDomainAndSplit() {
    assertThat(rows(TableSchema.DOCUMENTS)).isEqualTo(4L * TinyExperiment.DOCUMENTS);
    assertThat(rows(TableSchema.REJECTIONS)).isZero();
    assertThat(
            read(TableSchema.SEQUENCES)
                .select("domain", "split")
                .distinct()
                .collectAsList()
                .stream()
                .map(row -> row.getString(0) + " " + row.getString(1)))
        .containsExactlyInAnyOrder(
            "code train",
            "code validation",
            "code test",
            "law train",
            "law validation",
            "law test",
            "poems train",
            "poems validation",
            "poems test",
            "recipes validation",
            "recipes test");
  }

  @Test
  void moreExpertsThanSlotsAreAllTrainedToTheLastUpdate() {
    assertThat(EXPERTS).hasSizeGreaterThan(spark.sparkContext().defaultParallelism());
    Map<String, Long> steps = new TreeMap<>();
    Stream.concat(Stream.of("seed", "dense"), EXPERTS.stream())
        .forEach(name -> steps.put(name, latest(name).step()));
    assertThat(steps)
        .containsEntry("seed", 3L)
        .containsEntry("dense", 6L)
        .containsEntry("expert/code", 6L)
        .containsEntry("expert/law", 6L)
        .containsEntry("expert/poems", 6L);
    String seed = latest("seed").hash();
    Stream.concat(Stream.of("dense"), EXPERTS.stream())
        .forEach(
            name ->
                assertThat(latest(name).manifest().provenance().parents())
                    .singleElement()
                    .satisfies(parent -> assertThat(parent.hash()).isEqualTo(seed)));
  }

  @Test
  void everyAverageIsAWholeCheckpoint() {
    assertThat(latest("merged/uniform").manifest().provenance().parents()).hasSize(3);
    DOMAINS.forEach(domain -> latest("merged/posterior/" + domain).verify());
  }

  @Test
  void theDenseModelCostsWhatSeedAndExpertsCostTogether() {
    long seed = tokens("train-seed");
    long experts = tokens("train-experts");
    long dense = TrainingResult.of("dense", latest("dense"), 0).tokens();
    assertThat(dense).isEqualTo(seed + experts).isPositive();
    assertThat(tokens("train-dense")).isEqualTo(experts);
    assertThat(flops("train-dense")).isEqualTo(flops("train-experts"));
  }

  @Test
  void theLedgerSaysHowLongEachStageTookAndHowMuchOfThatItsSlotsWereIdle() {
    int slots = spark.sparkContext().defaultParallelism();
    List<LedgerRow> stages =
        table(TableSchema.LEDGER).collect(version(TableSchema.LEDGER)).stream()
            .filter(row -> row.wallSeconds() > 0)
            .toList();
    assertThat(stages)
        .extracting(LedgerRow::stage)
        .contains("prepare", "train-seed", "train-experts", "train-dense", "score", "merge");
    assertThat(stages)
        .allSatisfy(
            row -> assertThat(row.idleSlotSeconds()).isBetween(0.0, slots * row.wallSeconds()));
    assertThat(stages)
        .filteredOn(row -> row.stage().startsWith("train"))
        .allSatisfy(row -> assertThat(row.deviceSeconds()).isZero());
    assertThat(ledger())
        .filteredOn(row -> row.stage().startsWith("train"))
        .allSatisfy(row -> assertThat(row.bytesRead()).isEqualTo(2 * row.tokens()).isPositive());
  }

  @Test
  void theLedgerNamesTheDeviceThatWasFoundAndMeasuresEachTask() {
    assertThat(ledger()).extracting(LedgerRow::device).containsOnly("cpu");
    assertThat(ledger())
        .allSatisfy(row -> assertThat(row.cpuSeconds()).isPositive())
        .allSatisfy(row -> assertThat(row.deviceSeconds()).isPositive());
    assertThat(ledger())
        .extracting(LedgerRow::stage)
        .contains("prepare", "tokenizer", "pack", "merge", "evaluate");
    assertThat(ledger().stream().filter(row -> row.stage().equals("score")))
        .extracting(LedgerRow::checkpoint)
        .containsExactlyInAnyOrder(
            "seed",
            "dense",
            "expert/code",
            "expert/law",
            "expert/poems",
            "merged/uniform",
            "merged/posterior/code",
            "merged/posterior/law",
            "merged/posterior/poems",
            "merged/posterior/recipes");
    assertThat(ledger())
        .filteredOn(row -> row.stage().equals("score"))
        .as("processor time is measured, not wall time under another name")
        .noneMatch(row -> row.cpuSeconds() == row.deviceSeconds());
    assertThat(latest("seed").manifest().provenance().hardware().device()).isEqualTo("cpu");
  }

  @Test
  void metricsHaveARowForEveryUpdate() {
    assertThat(rows(TableSchema.METRICS)).isEqualTo(3L + 3 + 3L * EXPERTS.size());
  }

  @Test
  void theForestNamesEachExpertWithItsCheckpoint() {
    assertThat(table(TableSchema.FOREST).collect(version(TableSchema.FOREST)))
        .allSatisfy(
            row -> assertThat(row.checkpointHash()).isEqualTo(latest(row.checkpoint()).hash()))
        .extracting(row -> row.domain())
        .containsExactlyInAnyOrder("code", "law", "poems");
  }

  @Test
  void everyCheckpointIsAskedOncePerSequence() {
    long splits = 2L * DOMAINS.size();
    assertThat(rows(TableSchema.SCORES))
        .as("seed, dense, experts and the uniform average on all, each other average on its own")
        .isEqualTo(SCORED * ((2 + EXPERTS.size() + 1) * splits + 2L * DOMAINS.size()));
  }

  @Test
  void thePlanSaysHowMuchIsScored() {
    long length = experiment.settings().packing().sequenceLengthTokens();
    assertThat(plan.stages())
        .extracting(PlanReport.Stage::name)
        .containsExactly("prepare", "train-seed", "train-experts", "train-dense", "score", "score");
    assertThat(planned("score")).isEqualTo(rows(TableSchema.SCORES) * length);
    assertThat(planned("train-seed")).isEqualTo(tokens("train-seed"));
    assertThat(planned("train-experts")).isEqualTo(tokens("train-experts"));
    assertThat(planned("train-dense")).isEqualTo(tokens("train-dense"));
    assertThat(plan.toText()).contains("\n  prepare        4 files, 0.0 MB").doesNotContain("NaN");
  }

  @Test
  void resultsHaveEveryModelOnEveryDomain() {
    Set<String> expected = new TreeSet<>();
    for (String domain : DOMAINS) {
      for (String split : List.of("validation", "test")) {
        Stream.concat(
                EXPERTS.stream(),
                Stream.of(
                    "seed",
                    "dense",
                    "merged/uniform",
                    "merged/posterior",
                    "ensemble/uniform_prior",
                    "ensemble/cached_prior",
                    "ensemble/cached_prior/top/1",
                    "ensemble/cached_prior/top/2",
                    "ensemble/cached_prior/without/code",
                    "ensemble/cached_prior/without/law",
                    "ensemble/cached_prior/without/poems"))
            .forEach(model -> expected.add("%s %s %s".formatted(model, domain, split)));
      }
    }
    Set<String> measured = new TreeSet<>();
    outcome.results().stream()
        .filter(r -> r.metric().equals(Result.PERPLEXITY) && !r.isMean())
        .forEach(r -> measured.add("%s %s %s".formatted(r.model(), r.domain(), r.split())));
    assertThat(measured).isEqualTo(expected);
    assertThat(rows(TableSchema.RESULTS)).isEqualTo(outcome.results().size());
  }

  @Test
  void theReportIsOnePageBesideItsFigures() {
    assertThat(folder.resolve("run/report/index.html")).content().contains("<html");
    assertThat(folder.resolve("run/report/results.json")).content().contains("ensemble/cached");
  }

  @Test
  void whatWaitsForASlotCountsFromTheBeginning() {
    assertThat(EVENTS.announcedBeforeWork("train-experts"))
        .containsExactlyInAnyOrderElementsOf(EXPERTS);
  }

  @Test
  void runningAgainSkipsEveryStageAndWritesNothing() throws IOException {
    Map<Path, FileTime> before = files();
    RecordedEvents again = new RecordedEvents();
    Pipeline.Outcome same = Pipeline.run(spark, experiment, again);
    assertThat(again.all()).isNotEmpty().allMatch(event -> event.startsWith("skipped "));
    assertThat(same.results()).containsExactlyInAnyOrderElementsOf(outcome.results());
    assertThat(files()).isEqualTo(before);
  }

  @Test
  void aChangedSettingInTheSameFolderIsRefused() throws IOException {
    Map<Path, FileTime> before = files();
    Experiment other = tiny.to(folder.resolve("run"), "training.optimizer.weight_decay=0.2");
    assertThatThrownBy(() -> Pipeline.run(spark, other, new RecordedEvents()))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "The run folder %s belongs to another experiment: training.optimizer.weight_decay is 0.1 there and 0.2 here; take another --output",
            folder.resolve("run"));
    assertThat(files()).isEqualTo(before);
  }

  @Test
  void changedTextIsRefusedAndTheOldTextIsStillGood() throws IOException {
    Map<Path, FileTime> before = files();
    Path file = tiny.text().resolve("train/law/documents.jsonl");
    byte[] bytes = Files.readAllBytes(file);
    FileTime time = Files.getLastModifiedTime(file);
    try {
      Files.writeString(
          file,
          "{\"id\": \"x\", \"text\": \"a b\", \"source\": \"made\"}\n",
          StandardOpenOption.APPEND);
      assertThatThrownBy(() -> Pipeline.run(spark, experiment, new RecordedEvents()))
          .isInstanceOf(ConfigException.class)
          .hasMessage(
              "The text has changed since the checkpoints in %s were trained on it; espalier update takes new files; put back the files that were there, or take another --output",
              folder.resolve("run"));
    } finally {
      Files.write(file, bytes);
      Files.setLastModifiedTime(file, time);
    }
    assertThat(files()).isEqualTo(before);
    RecordedEvents again = new RecordedEvents();
    Pipeline.prepare(spark, experiment, again);
    assertThat(again.all()).containsExactly("skipped prepare", "skipped tokenizer", "skipped pack");
  }

  @Test
  void whatTheTextCantBearIsRefusedAndTheFolderStaysFree() {
    Path output = folder.resolve("refused");
    Experiment largeVocabulary = tiny.to(output, "tokenizer.vocabulary_size=30000");
    assertThatThrownBy(() -> Pipeline.prepare(spark, largeVocabulary, new RecordedEvents()))
        .isInstanceOf(ConfigException.class)
        .hasMessageMatching(
            "tokenizer.vocabulary_size is 30000 but only (\\d+) tokens can be learnt from the training text; \\1 or less, or more text, would work");
    assertThat(output.resolve("experiment.yaml")).doesNotExist();

    Experiment largeBatch =
        tiny.to(
            output, "training.global_batch_sequences=30000", "training.micro_batch_sequences=1");
    assertThatThrownBy(() -> Pipeline.prepare(spark, largeBatch, new RecordedEvents()))
        .isInstanceOf(ConfigException.class)
        .hasMessageMatching(
            "domain \\w+ has (\\d+) training sequences but an update of its expert takes 10000; more text, or an experts.global_batch_sequences of at most \\1, would work");
    assertThat(output.resolve("experiment.yaml")).doesNotExist();
  }

  private static Checkpoint latest(String name) {
    return CheckpointFolder.open(new Configuration(), experiment.paths().checkpoint(name))
        .latest()
        .orElseThrow(() -> new AssertionError("no checkpoint of " + name));
  }

  private static List<LedgerRow> ledger() {
    return table(TableSchema.LEDGER).collect(version(TableSchema.LEDGER)).stream()
        .filter(row -> !row.isOfSlots())
        .toList();
  }

  private static long tokens(String stage) {
    return ledger().stream()
        .filter(row -> row.stage().equals(stage))
        .mapToLong(LedgerRow::tokens)
        .sum();
  }

  private static double flops(String stage) {
    return ledger().stream()
        .filter(row -> row.stage().equals(stage))
        .mapToDouble(LedgerRow::flops)
        .sum();
  }

  private static long planned(String stage) {
    return plan.stages().stream()
        .filter(s -> s.name().equals(stage))
        .mapToLong(PlanReport.Stage::tokens)
        .sum();
  }

  private static <R extends Record> Table<R> table(TableSchema<R> schema) {
    return Table.at(spark, schema, experiment.paths().table(schema.name()));
  }

  private static long version(TableSchema<?> schema) {
    return table(schema).latestVersion().orElseThrow();
  }

  private static org.apache.spark.sql.Dataset<org.apache.spark.sql.Row> read(
      TableSchema<?> schema) {
    return table(schema).read(version(schema));
  }

  private static long rows(TableSchema<?> schema) {
    return read(schema).count();
  }

  /** Every file of the run with the time it was written. */
  private static Map<Path, FileTime> files() throws IOException {
    Map<Path, FileTime> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(folder.resolve("run"))) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        files.put(file, Files.getLastModifiedTime(file));
      }
    }
    return files;
  }
}
