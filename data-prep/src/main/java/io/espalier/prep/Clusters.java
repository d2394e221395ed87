package io.espalier.prep;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.xxhash64;

import io.espalier.table.HeldRows;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Connected components. Of few pairs one task finds them; of more, alternating large and small
 * stars (Kiveris et al. 2014): the edges are rewired until each points from a node to the smallest
 * of its component. The number of rounds is logarithmic also for long chains, no node's neighbours
 * are gathered in one place, and the driver sees a checksum.
 */
final class Clusters {
  private Clusters() {}

  /**
   * Finds the components.
   *
   * @param pairs {@code low} and {@code high}, low before high
   * @return {@code node} and the {@code smallest} of its component, for each node but the smallest
   */
  static Dataset<Row> of(Dataset<Row> pairs, HeldRows held) {
    return of(pairs, held, PairsInOneTask.MOST);
  }

  /** The same, with at most so many pairs in one task; the rows don't depend on it. */
  static Dataset<Row> of(Dataset<Row> pairs, HeldRows held, long mostInOneTask) {
    if (pairs.count() <= mostInOneTask) {
      return held.hold(PairsInOneTask.components(pairs));
    }
    Dataset<Row> edges = held.hold(pairs.select("low", "high").distinct());
    Row before;
    Row after = checksum(edges);
    do {
      before = after;
      edges = held.hold(smallStar(largeStar(edges)));
      after = checksum(edges);
    } while (!after.equals(before));
    return edges.select(col("high").as("node"), col("low").as("smallest"));
  }

  /** Each larger neighbour of a node is joined to the smallest one of all its neighbours. */
  private static Dataset<Row> largeStar(Dataset<Row> edges) {
    return edges
        .select(col("low").as("node"), col("high"))
        .join(smallest(edges), "node", "left_outer")
        .select(coalesce(col("smallest"), col("node")).as("low"), col("high"))
        .distinct();
  }

  /** A node and its smaller neighbours are joined to the smallest of these. */
  private static Dataset<Row> smallStar(Dataset<Row> edges) {
    Dataset<Row> smallest = smallest(edges);
    return edges
        .select(col("high").as("node"), col("low").as("neighbour"))
        .join(smallest, "node")
        .where(col("neighbour").notEqual(col("smallest")))
        .select(col("smallest").as("low"), col("neighbour").as("high"))
        .union(smallest.select(col("smallest").as("low"), col("node").as("high")))
        .distinct();
  }

  /** Of the smaller neighbours of each node that has some. */
  private static Dataset<Row> smallest(Dataset<Row> edges) {
    return edges.groupBy(col("high").as("node")).agg(min("low").as("smallest"));
  }

  private static Row checksum(Dataset<Row> edges) {
    return edges
        .agg(
            count(lit(1)),
            coalesce(sum(xxhash64(col("low"), col("high")).cast("decimal(20,0)")), lit(0)))
        .head();
  }
}
