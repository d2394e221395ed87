package io.espalier.prep;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_list;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.first;
import static org.apache.spark.sql.functions.greatest;
import static org.apache.spark.sql.functions.least;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.struct;

import io.espalier.table.HeldRows;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;

/**
 * Pairs of documents that may be similar: those that share a band of their sketches, a bucket.
 *
 * <p>The number of pairs grows as the number of documents does. Documents with the same sketch are
 * paired with the smallest of them alone, and only that one goes into buckets. In a bucket a
 * document is paired with the smallest and with the {@link #NEIGHBOURS} before it: in all but the
 * largest buckets that is every pair.
 */
final class CandidatePairs {
  /** Buckets of up to 33 documents are compared all with all. */
  private static final int NEIGHBOURS = 32;

  private CandidatePairs() {}

  /**
   * Finds the pairs.
   *
   * @param sketches with the columns of {@link DocumentSketches}
   * @param jaccard pairs whose sizes alone rule it out are left away
   * @param held holds twins, and the buckets of several documents, until it is closed
   * @return {@code low} and {@code high}, nodes, low before high, each pair once
   */
  static Dataset<Row> of(Dataset<Row> sketches, double jaccard, HeldRows held) {
    Dataset<Row> twins = held.holdForTexts(twins(sketches));
    Dataset<Row> others = sketches.join(twins.select(col("high").as("node")), "node", "left_anti");
    return twins.union(inBuckets(others, shared(sketches, held), jaccard)).distinct();
  }

  private static Dataset<Row> twins(Dataset<Row> sketches) {
    Dataset<Row> smallest =
        sketches
            .groupBy("sketch")
            .agg(count(lit(1)).as("times"), min("node").as("low"))
            .where(col("times").gt(1))
            .select("sketch", "low");
    return sketches
        .select(col("sketch"), col("node").as("high"))
        .join(smallest, "sketch")
        .where(col("low").notEqual(col("high")))
        .select("low", "high");
  }

  private static Dataset<Row> inBuckets(
      Dataset<Row> sketches, Dataset<Row> shared, double jaccard) {
    WindowSpec bucket = Window.partitionBy("bucket").orderBy("node");
    Column member = struct(col("node"), col("ngrams"));
    return sketches
        .select(col("node"), col("ngrams"), explode(col("bands")).as("bucket"))
        .join(shared, "bucket", "left_semi")
        .withColumn("before", collect_list(member).over(bucket.rowsBetween(-NEIGHBOURS, -1)))
        .withColumn("smallest", first(member).over(bucket))
        .where(size(col("before")).gt(0))
        .select(
            col("node").as("high"),
            col("ngrams"),
            explode(concat(col("before"), array(col("smallest")))).as("other"))
        .where(
            least(col("ngrams"), col("other.ngrams"))
                .geq(greatest(col("ngrams"), col("other.ngrams")).multiply(jaccard)))
        .select(col("other.node").as("low"), col("high"));
  }

  /** Buckets of several documents: most have one, and sorting rows in vain is what costs here. */
  private static Dataset<Row> shared(Dataset<Row> sketches, HeldRows held) {
    return held.holdForTexts(
        sketches
            .select(explode(col("bands")).as("bucket"))
            .groupBy("bucket")
            .agg(count(lit(1)).as("documents"))
            .where(col("documents").gt(1))
            .select("bucket"));
  }
}
