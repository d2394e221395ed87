package io.espalier.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.delta.kernel.TableManager;
import io.delta.kernel.data.Row;
import io.delta.kernel.defaults.engine.DefaultEngine;
import io.delta.kernel.engine.Engine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every commit of a table is sealed, and pages that were damaged aren't read. */
class SealedTableSparkTest {
  private static final String NEEDLE = "a text that nobody else would write";

  @TempDir private Path folder;
  private final SparkSession spark = LocalSpark.session();
  private Table<RejectionRow> table;

  @BeforeEach
  void makeATable() {
    table = Table.at(spark, TableSchema.REJECTIONS, folder.resolve("rejections").toString());
    table.append(List.of(row("first")), "first");
  }

  @Test
  void everyCommitHasASealOfAllItsFiles() throws IOException {
    table.append(List.of(row("second")), "second");
    table.overwrite(List.of(row("third")), "all", "");
    TableSeals seals = new TableSeals(new Configuration(), table.path());
    assertThat(seals.sealed()).containsExactly(0L, 1L, 2L).isEqualTo(seals.versions());
    for (long version : seals.sealed()) {
      Path file = Path.of(table.path(), TableSeals.path(version));
      Seal seal =
          Seal.parse("x", TableSeals.subject("rejections", version), Files.readString(file));
      assertThat(seal.files().keySet()).containsAll(seals.added(version).keySet());
      assertThat(seal.files()).containsKey("_delta_log/%020d.json".formatted(version));
      for (Map.Entry<String, String> sealed : seal.files().entrySet()) {
        assertThat(Seal.sha256(Files.readAllBytes(Path.of(table.path(), sealed.getKey()))))
            .isEqualTo(sealed.getValue());
      }
    }
  }

  @Test
  void aSealThatAKilledWriterDidNotWriteIsWrittenWithTheNext() throws IOException {
    Path seal = Path.of(table.path(), TableSeals.path(0));
    String before = Files.readString(seal);
    Files.delete(seal);
    table.append(List.of(row("second")), "second");
    assertThat(seal).hasContent(before);
  }

  @Test
  void aPageWithAFlippedBitIsReadByNobody() throws IOException {
    Path data = dataFile();
    byte[] bytes = Files.readAllBytes(data);
    int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf(NEEDLE);
    assertThat(at).as("the page, not compressed").isPositive();
    bytes[at] ^= 1;
    Files.write(data, bytes);
    Files.delete(data.resolveSibling("." + data.getFileName() + ".crc")); // As on an object store.

    assertThatThrownBy(() -> table.collect(1)).hasStackTraceContaining("CRC");
    Configuration configuration = new Configuration();
    DeltaSession.hadoopSettings(spark).forEach(configuration::set);
    Engine engine = DefaultEngine.create(configuration);
    KernelScan scan =
        new KernelScan(
            engine,
            TableManager.loadSnapshot(table.path()).build(engine),
            List.of("text"),
            Optional.empty());
    assertThatThrownBy(() -> readThrough(scan)).hasStackTraceContaining("CRC");
  }

  private static void readThrough(KernelScan scan) throws IOException {
    for (Row file : scan.files()) {
      try (var batches = scan.read(file)) {
        while (batches.hasNext()) {
          batches.next().getRows().forEachRemaining(row -> row.getString(0));
        }
      }
    }
  }

  private Path dataFile() throws IOException {
    spark.conf().set("spark.sql.parquet.compression.codec", "none");
    table.overwrite(List.of(row(NEEDLE)), "plain", "");
    spark.conf().unset("spark.sql.parquet.compression.codec");
    try (Stream<Path> files = Files.list(Path.of(table.path()))) {
      return files
          .filter(file -> file.toString().endsWith("c000.parquet"))
          .findFirst()
          .orElseThrow();
    }
  }

  private static RejectionRow row(String text) {
    return new RejectionRow(
        "id", "source", "file", 1, "training", "stage", "reason", "detail", text, new byte[] {1});
  }
}
