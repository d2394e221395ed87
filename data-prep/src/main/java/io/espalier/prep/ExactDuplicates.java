package io.espalier.prep;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.when;

import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Rejects all but one of the documents whose {@link DuplicateKey} is the same. The smallest id
 * stays; but where one of them is an evaluation document, that stays, since training on its copy
 * would be training on the test.
 */
final class ExactDuplicates {
  static final String STAGE = "deduplicate";

  private ExactDuplicates() {}

  /**
   * @param rows with unique ids; those that are rejected already are passed over
   */
  static Dataset<Row> reject(Dataset<Row> rows) {
    Dataset<Row> narrow =
        rows.where(col("reason").equalTo(""))
            .select("duplicate_key", "role", "id", "origin", "path", "record");
    Dataset<Row> winners =
        narrow
            .groupBy("duplicate_key")
            .agg(count(lit(1)).as("times"), min(rank()).as("winner"))
            .where(col("times").gt(1))
            .select("duplicate_key", "winner");
    Dataset<Row> losers =
        narrow
            .join(winners, "duplicate_key")
            .where(rank().notEqual(col("winner")))
            .select(
                col("origin"),
                col("path"),
                col("record"),
                concat(lit("same text as "), col("winner.id")).as("same_as"));
    Column lost = col("same_as").isNotNull();
    return rows.join(losers, RecordKey.names(), "left")
        .withColumn("stage", when(lost, STAGE).otherwise(col("stage")))
        .withColumn("reason", when(lost, "exact_duplicate").otherwise(col("reason")))
        .withColumn("detail", when(lost, col("same_as")).otherwise(col("detail")))
        .drop("same_as");
  }

  /** The smallest stays. */
  private static Column rank() {
    Column afterEvaluation = when(col("role").equalTo(Role.EVALUATION.toString()), 0).otherwise(1);
    return struct(afterEvaluation.as("role_rank"), col("id"));
  }
}
