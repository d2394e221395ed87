package io.espalier.prep;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;

import io.espalier.table.HeldRows;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Chooses what stays of similar documents: of those that stay no two are similar, and each that
 * goes is similar to one that stays. In a chain a ~ b ~ c, where a and c are not similar, b goes
 * and c stays, although all three are connected: nothing goes for the sake of one that goes itself.
 *
 * <p>That is the choice of a reader who takes the documents in order and keeps those that resemble
 * none kept so far ({@link GreedyChoice}). Nothing that isn't connected with a document matters to
 * it, so where the pairs are more than one task should read, many tasks read whole components.
 */
final class SimilarDocuments {
  private SimilarDocuments() {}

  /**
   * Chooses what goes.
   *
   * @param pairs {@code low}, {@code high}, {@code jaccard}
   * @return {@code node} of each that goes, the one most similar to it of those before it that
   *     {@code stays}, and their {@code jaccard}
   */
  static Dataset<Row> lost(Dataset<Row> pairs, HeldRows held) {
    return lost(pairs, held, PairsInOneTask.MOST);
  }

  /** The same, with at most so many pairs in one task; the rows don't depend on it. */
  static Dataset<Row> lost(Dataset<Row> pairs, HeldRows held, long mostInOneTask) {
    if (pairs.count() <= mostInOneTask) {
      return held.hold(PairsInOneTask.lost(pairs));
    }
    Dataset<Row> components =
        Clusters.of(pairs, held, mostInOneTask).withColumnRenamed("node", "low");
    return held.hold(
        PairsInOneTask.lostOfEachComponent(
            pairs
                .join(components, "low", "left_outer")
                .withColumn("component", coalesce(col("smallest"), col("low")))));
  }
}
