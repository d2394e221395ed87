package io.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.config.ConfigException;
import io.espalier.config.RunPaths;
import io.espalier.table.DeltaSession;
import io.espalier.table.DocumentRow;
import io.espalier.table.RejectionRow;
import io.espalier.table.Table;
import io.espalier.table.TableSchema;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InspectedTableSparkTest {
  @TempDir private static Path folder;

  @BeforeAll
  static void writeTwoVersions() {
    SparkSession.Builder builder =
        SparkSession.builder().master("local[2]").config("spark.ui.enabled", "false");
    DeltaSession.SETTINGS.forEach(builder::config);
    SparkSession spark = builder.getOrCreate();
    String row =
        "select 'legal' domain, %d id, cast('abc' as binary) tokens, 0.5d value, 'a  long\\n%s' text";
    for (String sql : List.of(row.formatted(1, "x"), row.formatted(2, "y".repeat(50)))) {
      spark
          .sql(sql)
          .write()
          .format("delta")
          .mode(SaveMode.Append)
          .partitionBy("domain")
          .save(table());
    }
  }

  @Test
  void theNewestVersionIsCountedWithoutSpark() {
    InspectedTable table = inspect(OptionalLong.empty());
    assertThat(table.version()).isEqualTo(1);
    assertThat(table.rows()).isEqualTo(2);
    assertThat(table.files()).isEqualTo(2);
    assertThat(table.partitionedBy()).containsExactly("domain");
    assertThat(table.columns())
        .contains(
            new InspectedTable.Column("domain", "string"),
            new InspectedTable.Column("tokens", "binary"));
    assertThat(table.firstRows())
        .containsExactlyInAnyOrder(
            List.of("legal", "1", "3 bytes", "0.5", "a long x"),
            List.of("legal", "2", "3 bytes", "0.5", "a long " + "y".repeat(32) + "…"));
  }

  @Test
  void anOlderVersionIsWhatItWas() {
    assertThat(inspect(OptionalLong.of(0)).rows()).isEqualTo(1);
  }

  @Test
  void aVersionThatIsntThereIsTheUsersMistake() {
    assertThatThrownBy(() -> inspect(OptionalLong.of(7)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(table());
  }

  @Test
  void theTextNamesVersionRowsAndPartitions() {
    assertThat(inspect(OptionalLong.empty()).toText())
        .contains("Version  1, written 20", "Rows     2 in 2 files", "domain *  string", "3 bytes");
  }

  @Test
  void rejectionsAreCountedByReasonAndThoseThatAreAskedForAreShown() {
    RunPaths run = RunPaths.of(folder.resolve("run").toString());
    SparkSession spark = SparkSession.active();
    Table.at(spark, TableSchema.REJECTIONS, run.table("rejections"))
        .overwrite(
            List.of(
                rejection("b", 2, "deduplicate", "exact_duplicate", "same text as a"),
                rejection("c", 1, "deduplicate", "exact_duplicate", "same text as d"),
                rejection("e", 3, "filter", "too_short", "1 character")),
            "",
            "");
    Table.at(spark, TableSchema.DOCUMENTS, run.table("documents"))
        .overwrite(
            List.of(new DocumentRow("a", "s", "Text.", "legal", "training", "train", 5, "", "")),
            "",
            "");

    InspectedRejections counted = InspectedRejections.of(run, "", 10, Map.of());
    assertThat(counted.read()).isEqualTo(4);
    assertThat(counted.shown()).isEmpty();
    assertThat(counted.toText())
        .contains("4 records, 1 kept, 3 rejected")
        .containsPattern("deduplicate +exact_duplicate +2 +50.00 % +x.jsonl #1 +same text as d");

    InspectedRejections duplicates = InspectedRejections.of(run, "exact_duplicate", 1, Map.of());
    assertThat(duplicates.shown())
        .extracting(InspectedRejections.Line::detail)
        .containsExactly("same text as d");
    assertThat(InspectedRejections.of(run, "filter", 10, Map.of()).toText())
        .contains("e   x.jsonl #3", "too_short");
    assertThatThrownBy(() -> InspectedRejections.of(run, "too_long", 10, Map.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessageEndingWith("there are exact_duplicate, too_short");
    InspectedDocument rejected = InspectedDocument.of(run, "b", Map.of());
    assertThat(rejected.toText())
        .contains("Rejected  deduplicate: exact_duplicate, same text as a (file:/x.jsonl #2)");
    assertThatThrownBy(() -> InspectedDocument.of(run, "z", Map.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("--trace-document is z but no document and no rejection");
  }

  private static RejectionRow rejection(
      String id, long record, String stage, String reason, String detail) {
    return new RejectionRow(
        id,
        "s",
        "file:/x.jsonl",
        record,
        "training",
        stage,
        reason,
        detail,
        "The text.",
        new byte[0]);
  }

  private static InspectedTable inspect(OptionalLong version) {
    return InspectedTable.at(new Configuration(), table(), version, 5);
  }

  private static String table() {
    return folder.resolve("table").toUri().toString();
  }
}
