package io.espalier.prep;

import static org.apache.spark.sql.functions.bit_xor;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.xxhash64;

import io.espalier.table.RecordRows;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Stands for the documents of one split of one domain, in whatever order: two with the same digests
 * give the same windows.
 *
 * @param parity exclusive or of a hash of each document's id and text
 * @param total sum of another hash of them, a whole number in decimal digits
 */
record StreamDigest(
    String domain, String role, String split, long documents, long parity, String total) {

  /** Domain and split, as {@link StreamTotals#key}. */
  List<String> key() {
    return List.of(domain, split);
  }

  /** The digests of every split of every domain, sorted by both. */
  static List<StreamDigest> of(Dataset<Row> documents) {
    return documents
        .groupBy("domain", "role", "split")
        .agg(
            count(lit(1)).as("documents"),
            bit_xor(xxhash64(lit(1), col("id"), col("text"))).as("parity"),
            sum(xxhash64(lit(2), col("id"), col("text")).cast("decimal(38,0)"))
                .cast("string")
                .as("total"))
        .orderBy("domain", "split")
        .collectAsList()
        .stream()
        .map(row -> RecordRows.fromRow(row, StreamDigest.class))
        .toList();
  }
}
