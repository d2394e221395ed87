package io.espalier.prep;

import static org.apache.spark.sql.functions.col;

import io.espalier.table.RecordRows;
import java.util.Iterator;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;

/**
 * What one task finds out about pairs of similar documents that are few enough for its memory, in a
 * second. Rounds of Spark jobs come to the same components, but a corpus of a thousand documents
 * needs as many of these as one of a billion.
 */
final class PairsInOneTask {
  /** At 200 bytes a node, and two nodes a pair at most: less than 400 MB. */
  static final long MOST = 1_000_000;

  private PairsInOneTask() {}

  /** The columns of {@link GreedyChoice.LostDocument}, of {@code low}, {@code high, jaccard}. */
  static Dataset<Row> lost(Dataset<Row> pairs) {
    return chosen(pairs.select("low", "high", "jaccard").repartition(1));
  }

  /**
   * The same in as many tasks as there are partitions, each of whole components: 200 bytes of
   * memory for each document that a task's components lose.
   *
   * @param pairs with the column {@code component}
   */
  static Dataset<Row> lostOfEachComponent(Dataset<Row> pairs) {
    return chosen(
        pairs.select("low", "high", "jaccard", "component").repartition(col("component")));
  }

  /** The columns of {@link GraphComponents.Member}, of {@code low} and {@code high}. */
  static Dataset<Row> components(Dataset<Row> pairs) {
    MapPartitionsFunction<Row, Row> connect = PairsInOneTask::connect;
    return pairs
        .select("low", "high")
        .repartition(1)
        .sortWithinPartitions("low")
        .mapPartitions(connect, Encoders.row(RecordRows.schema(GraphComponents.Member.class)));
  }

  private static Dataset<Row> chosen(Dataset<Row> partitioned) {
    MapPartitionsFunction<Row, Row> choose = PairsInOneTask::choose;
    return partitioned
        .sortWithinPartitions("low")
        .mapPartitions(choose, Encoders.row(RecordRows.schema(GreedyChoice.LostDocument.class)));
  }

  private static Iterator<Row> choose(Iterator<Row> pairs) {
    var choice = new GreedyChoice();
    pairs.forEachRemaining(
        pair -> choice.add(pair.getString(0), pair.getString(1), pair.getDouble(2)));
    return choice.lost().map(RecordRows::toRow).iterator();
  }

  private static Iterator<Row> connect(Iterator<Row> pairs) {
    var components = new GraphComponents();
    pairs.forEachRemaining(pair -> components.add(pair.getString(0), pair.getString(1)));
    return components.members().map(RecordRows::toRow).iterator();
  }
}
