package io.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.config.ConfigException;
import io.espalier.table.DeltaSession;
import java.nio.file.Path;
import java.util.List;
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

  private static InspectedTable inspect(OptionalLong version) {
    return InspectedTable.at(new Configuration(), table(), version, 5);
  }

  private static String table() {
    return folder.resolve("table").toUri().toString();
  }
}
