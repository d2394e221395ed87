package io.espalier.prep;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_list;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.struct;

import io.espalier.table.HeldRows;
import io.espalier.text.ComparedWords;
import io.espalier.text.Stretch;
import io.espalier.text.WordNGrams;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Cuts from training documents what stands in several places of the corpus: menus, notices,
 * signatures. Its first place keeps it (in the order of {@link DocumentNode}, so that evaluation
 * documents stay as they are). What has the same words in the same order is the same; 64-bit hashes
 * stand for them, and among a hundred million different paragraphs any two share one with
 * probability 0.0003.
 */
final class RepeatedParagraphs {
  static final String STAGE = "repeated_paragraphs";

  private static final StructType PART =
      new StructType()
          .add("node", DataTypes.StringType, false)
          .add("hash", DataTypes.LongType, false)
          .add("stretch", CutTexts.STRETCH, false);

  private RepeatedParagraphs() {}

  /**
   * @param rows with unique ids; those that are rejected already are passed over
   * @param held holds what is found out, until it is closed
   */
  static Dataset<Row> cut(Dataset<Row> rows, RepeatedParagraphSettings settings, HeldRows held) {
    Dataset<Row> named = rows.withColumn("node", DocumentNode.column());
    Dataset<Row> kept = named.where(col("reason").equalTo("")).select("node", "text");
    FlatMapFunction<Row, Row> split = row -> parts(row.getString(0), row.getString(1), settings);
    Dataset<Row> parts = held.hold(kept.flatMap(split, Encoders.row(PART)));
    return new CutTexts(STAGE, STAGE, settings.unit().joint(), 1)
        .apply(named, held.holdForTexts(repeated(parts, settings)))
        .drop("node");
  }

  private static Dataset<Row> repeated(Dataset<Row> parts, RepeatedParagraphSettings settings) {
    Column place = struct(col("node"), col("stretch"));
    Dataset<Row> first =
        parts
            .groupBy("hash")
            .agg(count(lit(1)).as("times"), min(place).as("first"))
            .where(col("times").geq(settings.minimumRepeats()))
            .select("hash", "first");
    return parts
        .join(first, "hash")
        .where(place.notEqual(col("first")).and(not(DocumentNode.isEvaluation(col("node")))))
        .groupBy("node")
        .agg(collect_list(col("stretch")).as("stretches"), min(col("first.node")).as("first"))
        .select(
            col("node"),
            col("stretches"),
            concat(
                    lit("nothing is left but what stands elsewhere, as in "),
                    DocumentNode.id(col("first")))
                .as("why"));
  }

  private static Iterator<Row> parts(String node, String text, RepeatedParagraphSettings settings) {
    List<Row> parts = new ArrayList<>();
    for (Stretch part : settings.unit().of(text)) {
      ComparedWords words = ComparedWords.of(text.substring(part.start(), part.end()));
      if (words.size() >= settings.minimumWords()) {
        long hash = WordNGrams.of(words, words.size() + 1)[0];
        parts.add(RowFactory.create(node, hash, RowFactory.create(part.start(), part.end())));
      }
    }
    return parts.iterator();
  }
}
