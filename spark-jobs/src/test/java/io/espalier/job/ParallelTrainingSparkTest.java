package io.espalier.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.espalier.checkpoint.Checkpoint;
import io.espalier.checkpoint.CheckpointFolder;
import io.espalier.checkpoint.SafetensorsReader;
import io.espalier.checkpoint.StoredTensor;
import io.espalier.config.ConfigException;
import io.espalier.evaluate.Result;
import io.espalier.table.LedgerRow;
import io.espalier.table.ResultRow;
import io.espalier.table.Table;
import io.espalier.table.TableSchema;
import io.espalier.train.ModelFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models that two ranks of a barrier stage compute are those that one task computes. */
class ParallelTrainingSparkTest {
  private static final List<String> TENSOR_PARALLEL =
      List.of(
          "training.parallel.tensor_parallel_size=2",
          "training.parallel.sequence_parallel=true",
          "training.parallel.consistency_check_steps=1",
          "experts.parallel.data_parallel_size=2",
          "experts.parallel.shard_optimizer=true");

  /** What both runs share. */
  private static final List<String> MODEL =
      List.of(
          "training.precision=float64",
          "model.residual_dropout=0.1",
          "model.attention_dropout=0.1");

  @TempDir private static Path folder;
  private static TinyExperiment tiny;
  private static SparkSession spark;
  private static Experiment serial;
  private static Experiment parallel;

  @BeforeAll
  static void trainBoth() throws IOException {
    tiny = TinyExperiment.in(folder);
    serial = tiny.to(folder.resolve("serial"), MODEL.toArray(String[]::new));
    parallel =
        tiny.to(
            folder.resolve("parallel"),
            Stream.of(MODEL, TENSOR_PARALLEL).flatMap(List::stream).toArray(String[]::new));
    spark = EspalierSession.open(serial, Optional.of("local[2]"), TinyExperiment.SPARK);
    for (Experiment experiment : List.of(serial, parallel)) {
      Pipeline.prepare(spark, experiment, new RecordedEvents());
      Pipeline.trainSeed(spark, experiment, new RecordedEvents());
      Pipeline.trainExperts(spark, experiment, new RecordedEvents());
      Pipeline.trainDense(spark, experiment, new RecordedEvents());
    }
  }

  @Test
  void seedDenseAndExpertsAreTheSameModels() {
    for (String name : List.of("seed", "dense", "expert/code", "expert/law", "expert/poems")) {
      assertSame(latest(parallel, name), latest(serial, name));
    }
  }

  @Test
  void theLedgerCountsEveryRanksDeviceSecondsAndWhatTheySendEachOther() {
    Table<LedgerRow> table =
        Table.at(spark, TableSchema.LEDGER, parallel.paths().table(TableSchema.LEDGER.name()));
    List<LedgerRow> trainings =
        table.collect(table.latestVersion().orElseThrow()).stream()
            .filter(row -> !row.checkpoint().isEmpty()) // The others are of whole stages.
            .toList();
    assertThat(trainings)
        .hasSize(5)
        .allSatisfy(
            row -> {
              assertThat(row.deviceSeconds()).isPositive();
              assertThat(row.tokens()).isPositive();
              assertThat(row.bytesCommunicated()).isPositive();
            });
    Table<LedgerRow> alone =
        Table.at(spark, TableSchema.LEDGER, serial.paths().table(TableSchema.LEDGER.name()));
    assertThat(alone.collect(alone.latestVersion().orElseThrow()))
        .extracting(LedgerRow::bytesCommunicated)
        .containsOnly(0L);
  }

  @Test
  void oneRankInFloat64MakesTheUpdatesThatManyMade() {
    List<Result> proof = Pipeline.prove(spark, parallel, new RecordedEvents(), 1);
    assertThat(proof)
        .extracting(Result::metric)
        .containsExactly(
            Result.PARALLEL_LOSS_DIFFERENCE,
            Result.PARALLEL_NORM_DIFFERENCE,
            Result.PARALLEL_PARAMETER_DIFFERENCE);
    assertThat(proof)
        .allSatisfy(
            figure -> {
              assertThat(figure.model()).isEqualTo("dense");
              assertThat(figure.value()).isBetween(0.0, 1e-9);
            });
    Pipeline.prove(spark, parallel, new RecordedEvents(), 1); // In the place of the first.
    Table<ResultRow> results =
        Table.at(spark, TableSchema.RESULTS, parallel.paths().table(TableSchema.RESULTS.name()));
    assertThat(results.collect(results.latestVersion().orElseThrow())).hasSize(3);
    assertThat(folder.resolve("parallel/checkpoints/proof")).doesNotExist();
  }

  @Test
  void whatCannotBeProvedIsRefused() {
    assertThatThrownBy(() -> Pipeline.prove(spark, parallel, new RecordedEvents(), 100))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "steps is 100 but 3 is the most that any checkpoint of seed or dense has after it");
    assertThatThrownBy(() -> Pipeline.prove(spark, serial, new RecordedEvents(), 1))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("has one rank, so there is nothing to prove");
  }

  @Test
  void moreRanksThanSlotsAreRefusedBeforeAnythingIsWritten() {
    Path output = folder.resolve("refused");
    Experiment four =
        tiny.to(
            output,
            "training.parallel.tensor_parallel_size=2",
            "training.parallel.data_parallel_size=2",
            "training.micro_batch_sequences=3");
    assertThatThrownBy(() -> Pipeline.run(spark, four, new RecordedEvents()))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "training.parallel has tensor_parallel_size (2) × data_parallel_size (2) = 4 ranks but Spark has 2 task slots; fewer ranks or more cores would work");
    assertThat(output).doesNotExist();
  }

  @Test
  void ranksOfAHostAreNeighbours() {
    assertThat(RanksOfStage.ranksByHost(List.of("b", "a", "b", "a"))).containsExactly(1, 3, 0, 2);
  }

  private static Checkpoint latest(Experiment experiment, String name) {
    return CheckpointFolder.open(new Configuration(), experiment.paths().checkpoint(name))
        .latest()
        .orElseThrow(() -> new AssertionError("no checkpoint of " + name));
  }

  private static void assertSame(Checkpoint actual, Checkpoint expected) {
    try (SafetensorsReader a = actual.tensors(ModelFiles.WEIGHTS);
        SafetensorsReader e = expected.tensors(ModelFiles.WEIGHTS)) {
      for (StoredTensor tensor : e.tensors()) {
        String name = tensor.spec().name();
        if (!name.endsWith("c_attn.bias")) { // a key's bias: rounding noise, see the proof
          ByteBuffer left = a.read(name).data().order(ByteOrder.LITTLE_ENDIAN);
          ByteBuffer right = e.read(name).data().order(ByteOrder.LITTLE_ENDIAN);
          for (int i = 0; i < right.remaining(); i += Double.BYTES) {
            assertThat(left.getDouble(i)).as(name).isEqualTo(right.getDouble(i), within(1e-9));
          }
        }
      }
    }
  }
}
