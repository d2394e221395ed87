package io.espalier.prep;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.struct;

import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Rejects all but one of the documents whose {@link DuplicateKey} is the same. The smallest id
 * stays; but where one of them is an evaluation document or, where the split is given, held out,
 * that stays, since training on its copy would be training on the test.
 */
final class ExactDuplicates {
  static final String STAGE = "deduplicate";
  static final String REASON = "exact_duplicate";

  private ExactDuplicates() {}

  /**
   * @param rows with unique ids; those that are rejected already are passed over
   */
  static Dataset<Row> reject(Dataset<Row> rows, SplitType split) {
    Dataset<Row> narrow =
        rows.where(col("reason").equalTo(""))
            .withColumn("preference", DocumentNode.preference(split))
            .select("duplicate_key", "preference", "id", "origin", "path", "record");
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
    Dataset<Row> joined = rows.join(losers, RecordKey.names(), "left");
    return RejectedRows.mark(joined, lost, STAGE, REASON, col("same_as")).drop("same_as");
  }

  /** The smallest stays. */
  private static Column rank() {
    return struct(col("preference"), col("id"));
  }
}
