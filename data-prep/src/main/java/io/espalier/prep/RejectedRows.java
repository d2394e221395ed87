package io.espalier.prep;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.when;

import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** How every stage that compares records rejects some of them. */
final class RejectedRows {
  private RejectedRows() {}

  /**
   * Writes down stage, reason and detail where a record is lost; it may tell by what stood there.
   *
   * @param lost whether a row is rejected; false or null = it stays as it is
   * @param detail a sentence for a person
   */
  static Dataset<Row> mark(
      Dataset<Row> rows, Column lost, String stage, String reason, Column detail) {
    return rows.withColumn("detail", when(lost, detail).otherwise(col("detail")))
        .withColumn("stage", when(lost, stage).otherwise(col("stage")))
        // Last: the condition may look at it.
        .withColumn("reason", when(lost, reason).otherwise(col("reason")));
  }
}
