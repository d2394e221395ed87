package io.espalier.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.config.FormatException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TableSparkTest {
  @TempDir Path folder;
  private SparkSession spark;

  @BeforeEach
  void session() {
    spark = LocalSpark.session();
  }

  @Test
  void aTableThatWasNeverWrittenHasNoVersion() {
    assertThat(metrics().latestVersion()).isEmpty();
    assertThat(metrics().latestCommit()).isEmpty();
  }

  @Test
  void aFingerprintTellsWhetherTheTableIsComplete() {
    metrics().overwrite(List.of(point("seed", 1)), "abc", "{\"rows\":1}");

    assertThat(metrics().completedWith("abc"))
        .contains(new TableCommit(0, 1, "abc", "{\"rows\":1}"));
    assertThat(metrics().completedWith("abd")).isEmpty();
  }

  @Test
  void anOverwrittenTableStillHasItsOlderVersion() {
    long first = metrics().overwrite(List.of(point("seed", 1)), "a", "").version();
    long second = metrics().overwrite(List.of(point("seed", 2)), "b", "").version();

    assertThat(metrics().collect(first)).containsExactly(point("seed", 1));
    assertThat(metrics().collect(second)).containsExactly(point("seed", 2));
    assertThat(metrics().completedWith("a")).as("the newest commit is b's").isEmpty();
  }

  @Test
  void anAppendThatIsRepeatedChangesNothing() {
    metrics().append(List.of(point("seed", 1)), "seed@1");
    metrics().append(List.of(point("seed", 1)), "seed@1");
    long version = metrics().append(List.of(point("seed", 2)), "seed@2").version();

    assertThat(metrics().collect(version))
        .containsExactlyInAnyOrder(point("seed", 1), point("seed", 2));
  }

  @Test
  void replacingTouchesTheRowsOfOneKeyOnly() {
    String awkward = "expert/o'neill\\x";
    metrics().replace(List.of(point("seed", 1), point("seed", 2)), Map.of("checkpoint", "seed"));
    metrics().replace(List.of(point(awkward, 1)), Map.of("checkpoint", awkward));
    metrics().replace(List.of(point("seed", 3)), Map.of("checkpoint", "seed"));
    long version =
        metrics().replace(List.of(point(awkward, 2)), Map.of("checkpoint", awkward)).version();

    assertThat(metrics().collect(version))
        .containsExactlyInAnyOrder(point("seed", 3), point(awkward, 2));
  }

  @Test
  void everyTableKeepsItsRowsAndTypes() {
    var ledger =
        new LedgerRow(
            "score", "seed", "", 2, "cpu", Instant.ofEpochSecond(7), 1.5, 1.25, 1e12, 99, 0);
    var forest =
        new ForestRow(
            1,
            "legal",
            "expert/legal",
            "ab",
            List.of("x", "y"),
            3,
            "active",
            "seed",
            7,
            "made",
            java.time.Instant.EPOCH,
            List.of());

    var ledgers = Table.at(spark, TableSchema.LEDGER, path("ledger"));
    var forests = Table.at(spark, TableSchema.FOREST, path("forest"));

    assertThat(ledgers.collect(ledgers.append(List.of(ledger), "x").version()))
        .containsExactly(ledger);
    assertThat(forests.collect(forests.append(List.of(forest), "x").version()))
        .containsExactly(forest);
  }

  @Test
  void anEmptyTableIsATable() {
    var rejections = Table.at(spark, TableSchema.REJECTIONS, path("rejections"));
    long version = rejections.overwrite(List.of(), "f", "").version();

    assertThat(rejections.collect(version)).isEmpty();
  }

  @Test
  void aTableWithOtherColumnsIsRefused() {
    String path = path("metrics");
    spark.range(3).write().format("delta").save(path);

    assertThatThrownBy(() -> metrics().read(0))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("no column checkpoint, step")
        .hasMessageContaining("its columns are id");
  }

  @Test
  void filesOfAKilledWriterAreNotPartOfTheTable() throws Exception {
    metrics().overwrite(List.of(point("seed", 1)), "a", "");
    Path table = folder.resolve("metrics");
    try (var files = Files.list(table)) {
      Path data = files.filter(f -> f.toString().endsWith(".parquet")).findFirst().orElseThrow();
      Files.copy(data, table.resolve("part-99999-left-behind.snappy.parquet"));
    }
    assertThat(metrics().collect(0)).containsExactly(point("seed", 1));
  }

  private Table<MetricsRow> metrics() {
    return Table.at(spark, TableSchema.METRICS, path("metrics"));
  }

  private String path(String table) {
    return folder.resolve(table).toUri().toString();
  }

  private static MetricsRow point(String checkpoint, long step) {
    return new MetricsRow(checkpoint, step, 1000 * step, 4.5, 0.7, 1e-3, 2.0, "");
  }
}
