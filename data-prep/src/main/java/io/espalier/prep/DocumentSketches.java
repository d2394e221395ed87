package io.espalier.prep;

import static org.apache.spark.sql.functions.col;

import io.espalier.text.Banding;
import io.espalier.text.ComparedWords;
import io.espalier.text.SimilaritySketch;
import io.espalier.text.WordNGrams;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** What of each text alone is needed to find similar ones: plain Java, one document at a time. */
final class DocumentSketches {
  private static final StructType SKETCH =
      new StructType()
          .add("node", DataTypes.StringType, false)
          .add("ngrams", DataTypes.IntegerType, false)
          .add("sketch", DataTypes.LongType, false)
          .add("bands", DataTypes.createArrayType(DataTypes.LongType, false), false);

  private static final StructType NGRAMS =
      new StructType()
          .add("node", DataTypes.StringType, false)
          .add("ngrams", DataTypes.createArrayType(DataTypes.LongType, false), false);

  private DocumentSketches() {}

  /**
   * Sketches texts.
   *
   * @param texts with their nodes
   * @return {@code node}, the number of its different {@code ngrams}, a hash of the {@code sketch},
   *     and the {@code bands}; texts without a word are left away
   */
  static Dataset<Row> of(Dataset<Row> texts, NearDuplicateSettings settings) {
    int words = settings.ngramWords();
    Banding banding = settings.banding();
    FlatMapFunction<Row, Row> sketch =
        row -> sketch(row.getString(0), ngrams(row.getString(1), words), banding);
    return texts.select(col("node"), col("text")).flatMap(sketch, Encoders.row(SKETCH));
  }

  /**
   * The n-grams of texts.
   *
   * @param texts with their nodes
   * @return {@code node} and its different {@code ngrams}
   */
  static Dataset<Row> ngrams(Dataset<Row> texts, NearDuplicateSettings settings) {
    int words = settings.ngramWords();
    org.apache.spark.api.java.function.MapFunction<Row, Row> ngrams =
        row -> RowFactory.create(row.getString(0), ngrams(row.getString(1), words));
    return texts.select(col("node"), col("text")).map(ngrams, Encoders.row(NGRAMS));
  }

  private static Iterator<Row> sketch(String node, long[] ngrams, Banding banding) {
    if (ngrams.length == 0) {
      return Collections.emptyIterator();
    }
    long[] sketch = SimilaritySketch.of(ngrams, banding.places());
    return List.of(
            RowFactory.create(
                node,
                ngrams.length,
                SimilaritySketch.whole(sketch),
                SimilaritySketch.bands(sketch, banding.bands())))
        .iterator();
  }

  private static long[] ngrams(String text, int words) {
    return WordNGrams.distinct(WordNGrams.of(ComparedWords.of(text), words));
  }
}
