package io.espalier.prep;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.floor;
import static org.apache.spark.sql.functions.format_number;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;

import io.espalier.table.HeldRows;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Rejects documents that are nearly the same as another, or marks them so that they share a split.
 * No document is rejected that wasn't compared, n-gram by n-gram, with the one that stays.
 */
final class NearDuplicates {
  static final String STAGE = "near_duplicate";

  /** Raised whenever other documents stay of the same ones than before. */
  static final int VERSION = 2;

  private NearDuplicates() {}

  /**
   * Rejects or marks near duplicates.
   *
   * @param named with unique ids and the column {@code node}, which the answer doesn't have; those
   *     that are rejected already are passed over
   * @param existing the documents that the run has, where the records may join one: what is nearly
   *     the same as one of them is rejected, whatever the action, since its split is decided
   * @param held holds what is found out, until it is closed
   * @return the rows; where near duplicates are kept together, with the column {@link
   *     SplitPlan#KEY}: the smallest id of the documents that are connected with it
   */
  static Dataset<Row> decide(
      Dataset<Row> named,
      Optional<ExistingDocuments> existing,
      NearDuplicateSettings settings,
      HeldRows held) {
    Dataset<Row> texts = named.where(col("reason").equalTo("")).select("node", "text");
    if (existing.isEmpty()) {
      return decide(named, SimilarPairs.of(texts, settings, held), settings, held);
    }
    Dataset<Row> all = texts.unionByName(existing.get().nodes());
    // What was there comes first in every pair: all records that join are for training.
    Column withNew = not(DocumentNode.isEvaluation(col("high")));
    return decide(named, SimilarPairs.of(all, withNew, settings, held), settings, held);
  }

  private static Dataset<Row> decide(
      Dataset<Row> named, Dataset<Row> pairs, NearDuplicateSettings settings, HeldRows held) {
    if (!settings.keepsTogether()) {
      return reject(named, SimilarDocuments.lost(pairs, held), held).drop("node");
    }
    Column leak =
        DocumentNode.isEvaluation(col("low")).and(not(DocumentNode.isEvaluation(col("high"))));
    Dataset<Row> lost = SimilarDocuments.lost(pairs.where(leak), held);
    Dataset<Row> clusters = held.holdForTexts(Clusters.of(pairs.where(not(leak)), held));
    return clustered(reject(named, lost, held), clusters).drop("node");
  }

  private static Dataset<Row> reject(Dataset<Row> named, Dataset<Row> losers, HeldRows held) {
    Dataset<Row> details =
        held.holdForTexts(
            losers.select(
                col("node"),
                concat(
                        format_number(floor(col("jaccard").multiply(100)).divide(100), 2),
                        lit(" of "),
                        DocumentNode.id(col("stays")))
                    .as("similar_to")));
    Column lost = col("similar_to").isNotNull();
    Dataset<Row> joined = named.join(details, "node", "left_outer");
    return RejectedRows.mark(joined, lost, STAGE, STAGE, col("similar_to")).drop("similar_to");
  }

  private static Dataset<Row> clustered(Dataset<Row> named, Dataset<Row> clusters) {
    return named
        .join(clusters, "node", "left_outer")
        .withColumn(SplitPlan.KEY, coalesce(DocumentNode.id(col("smallest")), col("id")))
        .drop("smallest");
  }
}
