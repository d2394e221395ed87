package io.espalier.prep;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.when;

import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Holds new records against the documents that a run has. A copy of one of them is rejected: it
 * could be in the test split. An id that is taken becomes {@code id@file#record}.
 */
final class ExistingDocuments {
  private static final StructType KEYS =
      new StructType()
          .add("existing_id", DataTypes.StringType)
          .add("duplicate_key", DataTypes.StringType);

  private ExistingDocuments() {}

  /**
   * @param rows after every stage, with the columns of {@link IngestedRow}
   * @param existing rows of the table {@code documents}
   */
  static Dataset<Row> reject(Dataset<Row> rows, Dataset<Row> existing, Deduplicate deduplicate) {
    Dataset<Row> renamed = renamed(rows, existing);
    return deduplicate == Deduplicate.EXACT ? withoutCopies(renamed, existing) : renamed;
  }

  private static Dataset<Row> withoutCopies(Dataset<Row> rows, Dataset<Row> existing) {
    MapFunction<Row, Row> key =
        row -> RowFactory.create(row.getString(0), DuplicateKey.of(row.getString(1)));
    Dataset<Row> known =
        existing
            .select("id", "text")
            .map(key, Encoders.row(KEYS))
            .groupBy(col("duplicate_key").as("known_key"))
            .agg(min("existing_id").as("same_as"));
    Column lost = col("reason").equalTo("").and(col("same_as").isNotNull());
    return rows.join(known, rows.col("duplicate_key").equalTo(known.col("known_key")), "left")
        .withColumn("stage", when(lost, ExactDuplicates.STAGE).otherwise(col("stage")))
        .withColumn(
            "detail",
            when(lost, concat(lit("same text as "), col("same_as"))).otherwise(col("detail")))
        // Last: the conditions look at it.
        .withColumn("reason", when(lost, "exact_duplicate").otherwise(col("reason")))
        .drop("same_as", "known_key");
  }

  private static Dataset<Row> renamed(Dataset<Row> rows, Dataset<Row> existing) {
    Dataset<Row> taken = existing.select(col("id").as("taken_id")).distinct();
    return rows.join(taken, col("id").equalTo(col("taken_id")), "left")
        .withColumn(
            "id",
            when(
                    col("taken_id").isNotNull(),
                    concat(col("id"), lit("@"), col("file"), lit("#"), col("record")))
                .otherwise(col("id")))
        .drop("taken_id");
  }
}
