package io.espalier.prep;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;

import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Gives records whose id was taken another one: the first in the order of sources, files and
 * records keeps it, the others get {@code id@file#record}. Two sources may number their records
 * alike; that is no reason to lose one of them.
 */
final class UniqueIds {
  private UniqueIds() {}

  static Dataset<Row> assign(Dataset<Row> rows) {
    Dataset<Row> taken =
        rows.where(col("reason").equalTo(""))
            .groupBy("id")
            .agg(count(lit(1)).as("times"), min(RecordKey.column()).as("first"))
            .where(col("times").gt(1))
            .select("id", "first");
    Dataset<Row> renamed =
        rows.where(col("reason").equalTo(""))
            .select("id", "file", "origin", "path", "record")
            .join(taken, "id")
            .where(RecordKey.column().notEqual(col("first")))
            .withColumn("new_id", renamed())
            .select("origin", "path", "record", "new_id");
    return rows.join(renamed, RecordKey.names(), "left")
        .withColumn("id", coalesce(col("new_id"), col("id")))
        .drop("new_id");
  }

  /** The id of a record whose own is taken. */
  static Column renamed() {
    return concat(col("id"), lit("@"), col("file"), lit("#"), col("record"));
  }
}
