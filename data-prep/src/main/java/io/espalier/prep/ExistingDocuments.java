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
 * The documents that a run has, for new records to be held against. What was decided about them
 * stays as it is: a new record that is a copy of one, or nearly one, is rejected, since that one
 * could be in the test split. An id that is taken becomes {@code id@file#record}.
 *
 * @param documents rows of the table {@code documents}, read anew whenever they are asked for
 */
record ExistingDocuments(Dataset<Row> documents) {
  private static final StructType KEYS =
      new StructType()
          .add("existing_id", DataTypes.StringType)
          .add("duplicate_key", DataTypes.StringType);

  /**
   * Gives records whose id is taken another.
   *
   * @param rows with unique ids and the columns of {@link IngestedRow}
   */
  Dataset<Row> renamed(Dataset<Row> rows) {
    Dataset<Row> taken = documents.select(col("id").as("taken_id")).distinct();
    return rows.join(taken, col("id").equalTo(col("taken_id")), "left")
        .withColumn(
            "id", when(col("taken_id").isNotNull(), UniqueIds.renamed()).otherwise(col("id")))
        .drop("taken_id");
  }

  /**
   * Rejects records that have the text of a document.
   *
   * @param rows with the columns of {@link IngestedRow}
   */
  Dataset<Row> withoutCopies(Dataset<Row> rows) {
    MapFunction<Row, Row> key =
        row -> RowFactory.create(row.getString(0), DuplicateKey.of(row.getString(1)));
    Dataset<Row> known =
        documents
            .select("id", "text")
            .map(key, Encoders.row(KEYS))
            .groupBy(col("duplicate_key").as("known_key"))
            .agg(min("existing_id").as("same_as"));
    Column lost = col("reason").equalTo("").and(col("same_as").isNotNull());
    return RejectedRows.mark(
            rows.join(known, rows.col("duplicate_key").equalTo(known.col("known_key")), "left"),
            lost,
            ExactDuplicates.STAGE,
            ExactDuplicates.REASON,
            concat(lit("same text as "), col("same_as")))
        .drop("same_as", "known_key");
  }

  /** What is compared for near duplicates: {@code node}, before those of all new ones, and text. */
  Dataset<Row> nodes() {
    return documents.select(DocumentNode.decided().as("node"), col("text"));
  }

  /** The {@code id} and {@code text} of evaluation documents. */
  Dataset<Row> evaluation() {
    return documents.where(col("role").equalTo(Role.EVALUATION.toString())).select("id", "text");
  }
}
