package io.espalier.prep;

import static org.apache.spark.sql.functions.col;

import io.espalier.table.HeldRows;
import io.espalier.text.ComparedWords;
import io.espalier.text.WordNGrams;
import java.util.Arrays;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.sketch.BloomFilter;

/**
 * The n-grams that training documents may not share. A Bloom filter of them, a byte and a quarter
 * for each, goes to every executor, so that of the training documents' n-grams nearly none but
 * those that are shared ever become rows.
 *
 * @param rows {@code ngram} and the {@code evaluation_id} of a text that has it
 */
record EvaluationNGrams(Dataset<Row> rows, Broadcast<BloomFilter> filter) {
  private static final double FALSE_POSITIVES = 0.01;

  private static final StructType NGRAM =
      new StructType()
          .add("evaluation_id", DataTypes.StringType, false)
          .add("ngram", DataTypes.LongType, false);

  /**
   * @param texts with their ids
   * @param tokens of an n-gram; a shorter text is one n-gram
   */
  static EvaluationNGrams of(Dataset<Row> texts, int tokens, HeldRows held) {
    FlatMapFunction<Row, Row> ngrams =
        row ->
            Arrays.stream(
                    WordNGrams.distinct(WordNGrams.of(ComparedWords.of(row.getString(1)), tokens)))
                .mapToObj(ngram -> RowFactory.create(row.getString(0), ngram))
                .iterator();
    Dataset<Row> rows =
        held.hold(texts.select(col("id"), col("text")).flatMap(ngrams, Encoders.row(NGRAM)));
    long count = rows.count();
    BloomFilter filter =
        count == 0 // Spark's aggregate of no rows is no filter
            ? BloomFilter.create(1, FALSE_POSITIVES)
            : rows.stat().bloomFilter("ngram", count, FALSE_POSITIVES);
    return new EvaluationNGrams(
        rows,
        JavaSparkContext.fromSparkContext(rows.sparkSession().sparkContext()).broadcast(filter));
  }
}
