package io.espalier.prep;

import static org.apache.spark.sql.functions.array_intersect;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.size;

import io.espalier.table.HeldRows;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Pairs of documents whose sets of n-grams were compared and are as similar as is asked for. */
final class SimilarPairs {
  private SimilarPairs() {}

  /**
   * Finds the pairs and proves them.
   *
   * @param texts with their nodes, each node once
   * @return {@code low}, {@code high} and their {@code jaccard}, exact
   */
  static Dataset<Row> of(Dataset<Row> texts, NearDuplicateSettings settings, HeldRows held) {
    return of(texts, lit(true), settings, held);
  }

  /**
   * The same of some pairs only.
   *
   * @param wanted which, from {@code low} and {@code high}
   */
  static Dataset<Row> of(
      Dataset<Row> texts, Column wanted, NearDuplicateSettings settings, HeldRows held) {
    Dataset<Row> sketches = held.hold(DocumentSketches.of(texts, settings));
    Dataset<Row> candidates =
        held.hold(CandidatePairs.of(sketches, settings.jaccard(), held).where(wanted));
    return held.hold(verified(candidates, texts, settings, held));
  }

  private static Dataset<Row> verified(
      Dataset<Row> candidates, Dataset<Row> texts, NearDuplicateSettings settings, HeldRows held) {
    Dataset<Row> nodes =
        held.holdForTexts(
            candidates
                .select(col("low").as("node"))
                .union(candidates.select(col("high").as("node")))
                .distinct());
    Dataset<Row> ngrams = DocumentSketches.ngrams(texts.join(nodes, "node", "left_semi"), settings);
    return candidates
        .join(ngrams.select(col("node").as("low"), col("ngrams").as("low_ngrams")), "low")
        .join(ngrams.select(col("node").as("high"), col("ngrams").as("high_ngrams")), "high")
        .withColumn("shared", size(array_intersect(col("low_ngrams"), col("high_ngrams"))))
        .withColumn(
            "jaccard",
            col("shared")
                .divide(
                    size(col("low_ngrams")).plus(size(col("high_ngrams"))).minus(col("shared"))))
        .where(col("jaccard").geq(settings.jaccard()))
        .select("low", "high", "jaccard");
  }
}
