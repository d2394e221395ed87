package io.espalier.prep;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

import io.espalier.table.HeldRows;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;

/**
 * Splits of training documents by what their records say ({@link SplitLabels}): the newest of each
 * domain, those from given dates on, or those that are named. Evaluation documents are split by
 * hash.
 *
 * <p>Documents that must share a split, those nearly the same where they are kept together, are one
 * unit with the largest order of them: a unit is as new as its newest document, and held out as far
 * as any of its documents. It counts for the domain of that document. Of units of the same age, a
 * hash decides which are newer.
 *
 * @param byHash of evaluation documents
 * @param units one row each, with its {@code unit_split}
 */
record OrderedSplits(SplitPlan byHash, Dataset<Row> units) implements DocumentSplits {

  /**
   * Decides the splits of all training documents.
   *
   * @param documents that are kept, with their domains
   * @param held holds the splits, until it is closed
   */
  static OrderedSplits of(Dataset<Row> documents, SplitPlan byHash, HeldRows held) {
    Dataset<Row> units =
        documents
            .where(isTraining())
            .groupBy(byHash.key().as("unit"))
            .agg(
                count(lit(1)).as("documents"),
                max(struct(col("split_order"), col("id"), col("domain"))).as("last"))
            .select(
                col("unit"),
                col("documents"),
                col("last.split_order").as("split_order"),
                col("last.domain").as("domain"));
    SplitSettings settings = byHash.settings().split();
    Dataset<Row> split =
        settings.takesNewestShares()
            ? newest(units, settings, byHash.seed())
            : units.withColumn("unit_split", byOrder(settings));
    return new OrderedSplits(byHash, held.holdForTexts(split.select("unit", "unit_split")));
  }

  /** The same, with small evaluation domains divided as this plan says. */
  OrderedSplits with(SplitPlan evaluation) {
    return new OrderedSplits(evaluation, units);
  }

  @Override
  public Dataset<Row> assign(Dataset<Row> documents) {
    return documents
        .join(units, byHash.key().equalTo(col("unit")), "left_outer")
        .withColumn("split", when(isTraining(), col("unit_split")).otherwise(byHash.column()))
        .drop("unit", "unit_split");
  }

  /** The split that a document's own order asks for, where no shares are to be kept. */
  static Column byOrder(SplitSettings settings) {
    long none = Long.MAX_VALUE;
    boolean given = settings.type() == SplitType.GIVEN;
    long test = given ? 2 : settings.testFromMilliseconds().orElse(none);
    long validation = given ? 1 : settings.validationFromMilliseconds().orElse(none);
    return when(col("split_order").geq(test), "test")
        .when(col("split_order").geq(validation), "validation")
        .otherwise("train");
  }

  /**
   * The newest units of each domain are test until they have its share of the documents, at least
   * one where there is a share; then the same for validation.
   */
  private static Dataset<Row> newest(Dataset<Row> units, SplitSettings settings, long seed) {
    WindowSpec newestFirst =
        Window.partitionBy("domain")
            .orderBy(col("split_order").desc(), xxhash64(lit(seed), col("unit")), col("unit"))
            .rowsBetween(Window.unboundedPreceding(), -1);
    Dataset<Row> ranked =
        units
            .withColumn("newer", coalesce(sum("documents").over(newestFirst), lit(0L)))
            .join(units.groupBy("domain").agg(sum("documents").as("all")), "domain")
            .withColumn("is_test", below("newer", settings.testFraction()));
    Dataset<Row> tests =
        ranked
            .groupBy(col("domain"))
            .agg(sum(when(col("is_test"), col("documents")).otherwise(0L)).as("tests"));
    return ranked
        .join(tests, "domain")
        .withColumn("newer_untested", col("newer").minus(col("tests")))
        .withColumn(
            "unit_split",
            when(col("is_test"), "test")
                .when(below("newer_untested", settings.validationFraction()), "validation")
                .otherwise("train"));
  }

  private static Column below(String documents, double fraction) {
    return col(documents).lt(col("all").multiply(fraction));
  }

  private static Column isTraining() {
    return col("role").equalTo(Role.TRAINING.toString());
  }
}
