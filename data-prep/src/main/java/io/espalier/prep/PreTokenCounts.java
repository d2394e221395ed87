package io.espalier.prep;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.sum;

import io.espalier.text.PreTokenCounter;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Counts the pre-tokens of a table of texts: per task in a hash map, then over all tasks. */
final class PreTokenCounts {
  private static final StructType COLUMNS =
      new StructType().add("piece", DataTypes.StringType).add("times", DataTypes.LongType);

  /** Different pieces that a task gathers before it passes them on: some tens of megabytes. */
  private static final int MOST_PIECES = 250_000;

  private PreTokenCounts() {}

  /**
   * Each piece with the number of its occurrences; fits into the driver, as its training does.
   *
   * @param texts one column, the cleaned text
   */
  static Map<String, Long> of(Dataset<Row> texts) {
    MapPartitionsFunction<Row, Row> count = Batches::new;
    List<Row> rows =
        texts
            .mapPartitions(count, Encoders.row(COLUMNS))
            .groupBy("piece")
            .agg(sum(col("times")).as("times"))
            .collectAsList();
    Map<String, Long> counts = new HashMap<>(rows.size() * 4 / 3 + 1);
    rows.forEach(row -> counts.put(row.getString(0), row.getLong(1)));
    return counts;
  }

  /** Counts one batch of texts after the other. */
  private static final class Batches implements Iterator<Row> {
    private final Iterator<Row> texts;
    private Iterator<Map.Entry<String, Long>> batch = Collections.emptyIterator();

    Batches(Iterator<Row> texts) {
      this.texts = texts;
    }

    @Override
    public boolean hasNext() {
      while (!batch.hasNext() && texts.hasNext()) {
        PreTokenCounter counter = new PreTokenCounter();
        while (texts.hasNext() && counter.size() < MOST_PIECES) {
          counter.add(texts.next().getString(0));
        }
        batch = counter.counts().entrySet().iterator();
      }
      return batch.hasNext();
    }

    @Override
    public Row next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      Map.Entry<String, Long> entry = batch.next();
      return RowFactory.create(entry.getKey(), entry.getValue());
    }
  }
}
