package io.espalier.table;

import static org.apache.spark.sql.functions.broadcast;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.storage.StorageLevel;

/**
 * Rows that are computed once, when they are first asked for, and held by the executors until
 * closed; those that are lost with an executor are computed again. Used by one thread.
 *
 * <p>They are held as rows rather than as Spark's column batches, which would gather ten thousand
 * documents in memory, and in Spark's own binary form, which is written and read as it is. And
 * their plan ends where they are held: nested plans of rounds that build on each other grow
 * exponentially when they are printed, which Spark does for every query.
 */
public final class HeldRows implements AutoCloseable {
  /** So many rows go to every executor rather than all texts being moved to theirs. */
  private static final long BROADCAST_ROWS = 200_000;

  private final List<JavaRDD<InternalRow>> held = new ArrayList<>();

  /** Narrow rows, in memory as far as there is room. */
  public Dataset<Row> hold(Dataset<Row> rows) {
    return hold(rows, StorageLevel.MEMORY_AND_DISK());
  }

  /** Rows with texts, on disk. */
  public Dataset<Row> holdOnDisk(Dataset<Row> rows) {
    return hold(rows, StorageLevel.DISK_ONLY());
  }

  /** Narrow rows that texts are joined with: sent to every executor where they are few. */
  public Dataset<Row> holdForTexts(Dataset<Row> rows) {
    Dataset<Row> kept = hold(rows);
    return kept.count() <= BROADCAST_ROWS ? broadcast(kept) : kept;
  }

  private Dataset<Row> hold(Dataset<Row> rows, StorageLevel where) {
    var query = ((org.apache.spark.sql.classic.Dataset<Row>) rows).queryExecution();
    JavaRDD<InternalRow> computed = query.toRdd().toJavaRDD().map(InternalRow::copy).persist(where);
    held.add(computed);
    return query.sparkSession().internalCreateDataFrame(computed.rdd(), rows.schema(), false);
  }

  @Override
  public void close() {
    held.forEach(rows -> rows.unpersist(false));
    held.clear();
  }
}
