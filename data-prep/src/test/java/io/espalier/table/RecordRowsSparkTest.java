package io.espalier.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecordRowsSparkTest {

  @Test
  void columnsAreTheComponentsInSnakeCase() {
    assertThat(RecordRows.schema(ScoreRow.class).fieldNames())
        .containsExactly(
            "checkpoint",
            "checkpoint_hash",
            "sequences_version",
            "domain",
            "split",
            "sequence_id",
            "log_probabilities");
  }

  @Test
  void everyTableHasColumnsAndIsPartitionedBySomeOfThem() {
    for (TableSchema<?> table : TableSchema.all()) {
      assertThat(RecordRows.schema(table.row()).fieldNames())
          .as(table.name())
          .isNotEmpty()
          .containsAll(table.partitionColumns());
    }
  }

  @Test
  void aRecordComesBackFromItsRow() {
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

    assertThat(roundTrip(ledger)).isEqualTo(ledger);
    assertThat(roundTrip(forest)).isEqualTo(forest);
  }

  @SuppressWarnings("unchecked")
  private static <R extends Record> R roundTrip(R row) {
    var type = (Class<R>) row.getClass();
    var spark = LocalSpark.session();
    var rows = spark.createDataFrame(List.of(RecordRows.toRow(row)), RecordRows.schema(type));
    return RecordRows.fromRow(rows.first(), type);
  }
}
