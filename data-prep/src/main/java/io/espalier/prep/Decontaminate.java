package io.espalier.prep;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_set;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.count_distinct;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.struct;

import io.espalier.table.HeldRows;
import io.espalier.text.ComparedWords;
import io.espalier.text.WordNGrams;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.sketch.BloomFilter;

/**
 * Rejects training documents that share a run of words with evaluation text, or cuts it from them
 * (Brown et al. 2020, appendix C). A text shorter than such a run is one by itself, found where a
 * document is that text and no more.
 */
final class Decontaminate {
  static final String STAGE = "decontaminate";
  private static final String REASON = "evaluation_text";

  private static final StructType SHARED =
      new StructType()
          .add("node", DataTypes.StringType, false)
          .add("ngram", DataTypes.LongType, false)
          .add("stretch", CutTexts.STRETCH, false);

  private Decontaminate() {}

  /**
   * @param rows with unique ids; those that are rejected already are passed over
   * @param benchmarks {@code id} and {@code text} of evaluation text that is in no domain
   * @param held holds what is found out, until it is closed
   */
  static Dataset<Row> apply(
      Dataset<Row> rows, Dataset<Row> benchmarks, DecontaminationSettings settings, HeldRows held) {
    Dataset<Row> named = rows.withColumn("node", DocumentNode.column());
    Dataset<Row> kept = named.where(col("reason").equalTo(""));
    Column evaluation = DocumentNode.isEvaluation(col("node"));
    EvaluationNGrams ngrams =
        EvaluationNGrams.of(
            kept.where(evaluation).select("id", "text").union(benchmarks),
            settings.ngramTokens(),
            held);
    Dataset<Row> shared = held.hold(shared(kept.where(not(evaluation)), ngrams, settings));
    Dataset<Row> reasons = held.holdForTexts(reasons(shared, settings));
    return (settings.cuts()
            ? cut(named, held.holdForTexts(cuts(shared, reasons)), settings)
            : reject(named, reasons))
        .drop("node");
  }

  /** Every n-gram of a training document that evaluation text has, with who has it. */
  private static Dataset<Row> shared(
      Dataset<Row> training, EvaluationNGrams ngrams, DecontaminationSettings settings) {
    Broadcast<BloomFilter> filter = ngrams.filter();
    FlatMapFunction<Row, Row> find =
        row -> find(row.getString(0), row.getString(1), filter.value(), settings);
    Dataset<Row> shared =
        training
            .select(col("node"), col("text"))
            .flatMap(find, Encoders.row(SHARED))
            .join(ngrams.rows(), "ngram");
    if (settings.maximumDocuments() == 0) {
      return shared;
    }
    Dataset<Row> boilerplate =
        shared
            .groupBy("ngram")
            .agg(count_distinct(col("node")).as("documents"))
            .where(col("documents").gt(settings.maximumDocuments()))
            .select("ngram");
    return shared.join(boilerplate, "ngram", "left_anti");
  }

  /** The evaluation text that a document shares most with, and how much that is. */
  private static Dataset<Row> reasons(Dataset<Row> shared, DecontaminationSettings settings) {
    Column few = col("least.times").multiply(-1);
    return shared
        .groupBy("node", "evaluation_id")
        .agg(count(lit(1)).multiply(-1).as("times"))
        .groupBy("node")
        .agg(min(struct(col("times"), col("evaluation_id"))).as("least"))
        .select(
            col("node"),
            concat(
                    few.cast("string"),
                    lit(" × %d words in a row of ".formatted(settings.ngramTokens())),
                    col("least.evaluation_id"))
                .as("why"));
  }

  private static Dataset<Row> reject(Dataset<Row> named, Dataset<Row> reasons) {
    Column lost = col("why").isNotNull();
    Dataset<Row> joined = named.join(reasons, "node", "left_outer");
    return RejectedRows.mark(joined, lost, STAGE, REASON, col("why")).drop("why");
  }

  private static Dataset<Row> cut(
      Dataset<Row> named, Dataset<Row> cuts, DecontaminationSettings settings) {
    return new CutTexts(STAGE, REASON, "\n\n", settings.minimumWords()).apply(named, cuts);
  }

  private static Dataset<Row> cuts(Dataset<Row> shared, Dataset<Row> reasons) {
    return shared
        .groupBy("node")
        .agg(collect_set(col("stretch")).as("stretches"))
        .join(reasons, "node");
  }

  /** The n-grams that the filter lets through, each with its stretch and the margin. */
  private static Iterator<Row> find(
      String node, String text, BloomFilter filter, DecontaminationSettings settings) {
    ComparedWords words = ComparedWords.of(text);
    long[] ngrams = WordNGrams.of(words, settings.ngramTokens());
    List<Row> found = new ArrayList<>();
    for (int i = 0; i < ngrams.length; i++) {
      if (filter.mightContainLong(ngrams[i])) {
        int first = Math.max(0, i - settings.marginWords());
        int last = Math.min(words.size(), i + settings.ngramTokens() + settings.marginWords()) - 1;
        found.add(
            RowFactory.create(
                node, ngrams[i], RowFactory.create(words.start(first), words.end(last))));
      }
    }
    return found.iterator();
  }
}
