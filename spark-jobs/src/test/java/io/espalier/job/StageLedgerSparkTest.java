package io.espalier.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.espalier.table.LedgerRow;
import io.espalier.table.TableSchema;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stages of tasks that only wait: what the ledger says of two slots. */
class StageLedgerSparkTest {
  private static final double TASK_SECONDS = 1.2;

  @TempDir private static Path folder;
  private static Run run;
  private static StageLedger ledger;

  @BeforeAll
  static void open() throws IOException {
    Experiment experiment = TinyExperiment.in(folder).to(folder.resolve("run"));
    var spark = EspalierSession.open(experiment, Optional.of("local[2]"), TinyExperiment.SPARK);
    run = new Run(spark, experiment, new RecordedEvents());
    ledger = new StageLedger(run);
    ledger.stageStarted("warm-up", "");
    waitInTasks(2);
  }

  private static long waitInTasks(int tasks) {
    return JavaSparkContext.fromSparkContext(run.spark().sparkContext())
        .parallelize(java.util.Collections.nCopies(tasks, 0), tasks)
        .map(
            zero -> {
              Thread.sleep(Math.round(1000 * TASK_SECONDS));
              return zero;
            })
        .count();
  }

  private static LedgerRow rowOf(String stage) {
    var table = run.table(TableSchema.LEDGER);
    List<LedgerRow> rows =
        table.collect(table.latestVersion().orElseThrow()).stream()
            .filter(row -> row.stage().equals(stage))
            .toList();
    assertThat(rows).hasSize(1);
    return rows.get(0);
  }

  @Test
  void aSlotThatHasNoTaskIsIdle() {
    ledger.stageStarted("one-task", "");
    waitInTasks(1);
    ledger.stageFinished("one-task", "");
    LedgerRow row = rowOf("one-task");
    assertThat(row.wallSeconds()).isGreaterThanOrEqualTo(TASK_SECONDS);
    assertThat(row.deviceSeconds()).isGreaterThanOrEqualTo(TASK_SECONDS);
    assertThat(row.deviceSeconds() + row.idleSlotSeconds())
        .isCloseTo(2 * row.wallSeconds(), within(1e-6));
    assertThat(row.isOfSlots()).isFalse();
  }

  @Test
  void coresThatATaskWasGivenAreHeld() {
    ledger.stageStarted("train-one", "");
    SlotMeter.holding(run.spark().sparkContext(), 2, () -> waitInTasks(1));
    ledger.stageFinished("train-one", "");
    LedgerRow row = rowOf("train-one");
    assertThat(row.isOfSlots()).isTrue();
    assertThat(row.deviceSeconds()).as("trainings write their own").isZero();
    assertThat(row.idleSlotSeconds()).isBetween(0.0, 2 * (row.wallSeconds() - TASK_SECONDS) + 0.01);
  }

  @Test
  void aStageThatWasSkippedCostsNothing() {
    ledger.stageSkipped("pack", "complete");
    ledger.stageFinished("pack", "without a beginning");
    var table = run.table(TableSchema.LEDGER);
    if (table.latestVersion().isPresent()) {
      assertThat(table.collect(table.latestVersion().getAsLong()))
          .extracting(LedgerRow::stage)
          .doesNotContain("pack");
    }
  }
}
