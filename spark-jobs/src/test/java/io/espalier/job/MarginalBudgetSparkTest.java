package io.espalier.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.checkpoint.Checkpoint;
import io.espalier.checkpoint.CheckpointFolder;
import io.espalier.checkpoint.ParentCheckpoint;
import io.espalier.table.ForestRow;
import io.espalier.table.LedgerRow;
import io.espalier.table.MetricsRow;
import io.espalier.table.SliceRow;
import io.espalier.table.Table;
import io.espalier.table.TableSchema;
import io.espalier.train.MarginalSlices;
import io.espalier.train.Slice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Experts of the tiny experiment that share six slices of one update: two rounds, then an
 * interruption that loses a row, then the rest, then the same once more.
 */
class MarginalBudgetSparkTest {
  private static final int SLOTS = 2;
  private static final long SEED_STEPS = 3;
  private static final long TOKENS_PER_UPDATE = 2 * 16;
  private static final MarginalSlices DECISIONS =
      new MarginalSlices(List.of("code", "law", "poems"), 6);

  @TempDir private static Path folder;
  private static SparkSession spark;
  private static Experiment experiment;
  private static List<SliceRow> beforeTheLoss;
  private static String lostSlice;
  private static String trained;
  private static String found;
  private static List<SliceRow> rows;
  private static final RecordedEvents AGAIN = new RecordedEvents();

  @BeforeAll
  static void runInTwoParts() throws IOException {
    experiment =
        TinyExperiment.in(folder)
            .to(
                folder.resolve("run"),
                "training.steps=5",
                "experts.budget={type: marginal, slice_steps: 1}");
    spark =
        EspalierSession.open(experiment, Optional.of("local[" + SLOTS + "]"), TinyExperiment.SPARK);
    RecordedEvents events = new RecordedEvents();
    Pipeline.prepare(spark, experiment, events);
    Pipeline.trainSeed(spark, experiment, events);
    TrainSlices interrupted = TrainModels.of(new Run(spark, experiment, events)).slices();
    interrupted.round();
    interrupted.round();
    beforeTheLoss = collect(TableSchema.SLICES);
    lostSlice = loseTheNewestRow();
    trained = at(lostSlice).hash();
    // Without the seed nothing can be trained from the beginning.
    Path seed = folder.resolve("run/checkpoints/seed");
    Path away = Files.move(seed, folder.resolve("seed"));
    interrupted.round();
    Files.move(away, seed);
    found = at(lostSlice).hash();
    Pipeline.trainExperts(spark, experiment, events);
    rows = collect(TableSchema.SLICES);
    Pipeline.trainExperts(spark, experiment, AGAIN);
  }

  /** Returns the name of the slice whose row is gone. */
  private static String loseTheNewestRow() {
    String domain =
        collect(TableSchema.SLICES).stream()
            .filter(row -> row.round() == 2)
            .map(SliceRow::domain)
            .findFirst()
            .orElseThrow();
    Table.at(spark, TableSchema.SLICES, experiment.paths().table("slices"))
        .delete(functions.expr("round = 2 and domain = '%s'".formatted(domain)));
    assertThat(collect(TableSchema.SLICES)).hasSize(4);
    return "slices/%s/2".formatted(domain);
  }

  private static <R extends Record> List<R> collect(TableSchema<R> schema) {
    Table<R> table = Table.at(spark, schema, experiment.paths().table(schema.name()));
    return table.collect(table.latestVersion().orElseThrow());
  }

  private static Checkpoint at(String name) {
    List<Checkpoint> all =
        CheckpointFolder.open(new Configuration(), experiment.paths().checkpoint(name)).all();
    return all.get(all.size() - 1);
  }

  private static Map<String, Long> updates() {
    return rows.stream()
        .collect(Collectors.groupingBy(SliceRow::domain, Collectors.summingLong(r -> r.updates())));
  }

  @Test
  void everyDecisionIsTheOneThatTheRowsBeforeItImply() {
    List<Slice> slices = SliceRecords.slices(rows);
    assertThat(slices).hasSize(6);
    List<Slice> before = new ArrayList<>();
    for (int round = 1; round <= 3; round++) {
      int current = round;
      List<Slice> ofRound = slices.stream().filter(s -> s.round() == current).toList();
      assertThat(ofRound.stream().map(s -> s.domain() + " " + s.number()))
          .containsExactlyInAnyOrderElementsOf(
              DECISIONS.next(before, SLOTS).stream()
                  .map(s -> s.domain() + " " + s.number())
                  .toList());
      before.addAll(ofRound);
    }
  }

  @Test
  void perplexitiesOfAnExpertsSlicesAreOneCourse() {
    for (String domain : DECISIONS.domains()) {
      List<SliceRow> own =
          rows.stream()
              .filter(row -> row.domain().equals(domain))
              .sorted((a, b) -> Integer.compare(a.number(), b.number()))
              .toList();
      for (int i = 1; i < own.size(); i++) {
        assertThat(own.get(i).perplexityBefore()).isEqualTo(own.get(i - 1).perplexityAfter());
      }
      assertThat(own).allMatch(row -> row.deviceSeconds() > 0);
      assertThat(own.get(0).perplexityBefore()).isBetween(1.0, 1000.0);
    }
  }

  @Test
  void aRowThatWasLostIsDecidedAndScoredAgainAndNothingIsTrainedTwice() {
    assertThat(rows).containsAll(beforeTheLoss);
    assertThat(found)
        .as("a training measures itself, so that no two are the same")
        .isEqualTo(trained);
    List<String> paidFor =
        collect(TableSchema.LEDGER).stream()
            .filter(row -> row.stage().equals("train-experts") && !row.isOfSlots())
            .map(LedgerRow::checkpoint)
            .toList();
    assertThat(paidFor).doesNotHaveDuplicates();
  }

  @Test
  void theLedgerProvesThatTheTotalIsThePlans() {
    List<LedgerRow> ledger = collect(TableSchema.LEDGER);
    assertThat(tokens(ledger, "train-experts")).isEqualTo(6 * TOKENS_PER_UPDATE);
    assertThat(tokens(ledger, "train-seed") + tokens(ledger, "train-experts"))
        .as("what the dense model learns from in its five updates")
        .isEqualTo(5 * 3 * TOKENS_PER_UPDATE);
    for (String domain : DECISIONS.domains()) {
      assertThat(
              ledger.stream()
                  .filter(row -> row.stage().equals("train-experts"))
                  .filter(row -> row.domain().equals(domain))
                  .mapToLong(LedgerRow::tokens)
                  .sum())
          .isEqualTo(updates().getOrDefault(domain, 0L) * TOKENS_PER_UPDATE);
    }
  }

  private static long tokens(List<LedgerRow> ledger, String stage) {
    return ledger.stream()
        .filter(row -> row.stage().equals(stage))
        .mapToLong(LedgerRow::tokens)
        .sum();
  }

  @Test
  void expertsEndWhereTheirSlicesDoAndComeFromTheSeed() {
    String seed = at("seed").hash();
    List<ForestRow> forest = collect(TableSchema.FOREST);
    assertThat(forest).hasSize(3);
    for (ForestRow expert : forest) {
      long updates = updates().getOrDefault(expert.domain(), 0L);
      assertThat(at(expert.checkpoint()).step()).isEqualTo(SEED_STEPS + updates);
      assertThat(at(expert.checkpoint()).manifest().provenance().parents())
          .extracting(ParentCheckpoint::hash)
          .containsExactly(seed);
      assertThat(expert.branchPoint()).isEqualTo("seed");
      assertThat(expert.tokens())
          .isEqualTo(SEED_STEPS * 3 * TOKENS_PER_UPDATE + updates * TOKENS_PER_UPDATE);
    }
    assertThat(folder.resolve("run/checkpoints/slices/code")).doesNotExist();
  }

  @Test
  void metricsReadAsOneTrainingOfEachExpert() {
    List<MetricsRow> metrics = collect(TableSchema.METRICS);
    assertThat(metrics).noneMatch(row -> row.checkpoint().startsWith("slices/"));
    for (String domain : DECISIONS.domains()) {
      assertThat(
              metrics.stream()
                  .filter(row -> row.checkpoint().equals("expert/" + domain))
                  .map(MetricsRow::step)
                  .sorted())
          .containsExactlyElementsOf(
              LongStream.rangeClosed(
                      SEED_STEPS + 1, SEED_STEPS + updates().getOrDefault(domain, 0L))
                  .boxed()
                  .toList());
    }
  }

  @Test
  void theSameCommandAgainTrainsNothing() {
    assertThat(AGAIN.all()).containsExactly("skipped train-experts");
  }
}
