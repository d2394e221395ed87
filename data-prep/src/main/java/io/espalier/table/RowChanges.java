package io.espalier.table;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.first;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sha2;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.to_json;

import io.delta.tables.DeltaTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Which rows of a table must go and which must come so that it has other rows than before.
 *
 * <p>A row is its SHA-256: no column needs to be a key, and a row that is there twice is counted
 * twice.
 */
public final class RowChanges implements AutoCloseable {
  /**
   * What Delta notes with the next commit of a session; the only way to note something of a MERGE.
   */
  private static final String NOTE = "spark.databricks.delta.commitInfo.userMetadata";

  private static final String HASH = "row_hash";
  private static final String BEFORE = "before";
  private static final String AFTER = "after";

  private final Dataset<Row> after;
  private final Dataset<Row> changed;
  private final HeldRows held;

  private RowChanges(Dataset<Row> after, Dataset<Row> changed, HeldRows held) {
    this.after = after;
    this.changed = changed;
    this.held = held;
  }

  static RowChanges between(Dataset<Row> before, Dataset<Row> after, List<String> described) {
    Dataset<Row> old = counted(before, described, BEFORE);
    Dataset<Row> now = counted(after, described, AFTER);
    List<Column> columns = new ArrayList<>(List.of(col(HASH)));
    described.forEach(name -> columns.add(coalesce(old.col(name), now.col(name)).as(name)));
    columns.add(coalesce(col(BEFORE), lit(0L)).as(BEFORE));
    columns.add(coalesce(col(AFTER), lit(0L)).as(AFTER));
    Dataset<Row> changed =
        old.join(now, new String[] {HASH}, "full_outer")
            .select(columns.toArray(Column[]::new))
            .where(col(BEFORE).notEqual(col(AFTER)));
    HeldRows held = new HeldRows();
    return new RowChanges(after, held.holdOnDisk(changed), held);
  }

  /**
   * One row per row that changes: the columns that were asked for, and {@code before} and {@code
   * after}, how many times the table had it and has it now.
   */
  public Dataset<Row> described() {
    return changed.drop(HASH);
  }

  /** Whether the table has the rows already. */
  public boolean isEmpty() {
    return changed.isEmpty();
  }

  /** Makes the changes, in one commit with this note. */
  void merge(SparkSession spark, String path, String note) {
    String[] names = after.columns();
    Map<String, Column> values = new LinkedHashMap<>();
    Arrays.stream(names).forEach(name -> values.put(name, col("s." + name)));
    Column[] there = Arrays.stream(names).map(name -> col("t." + name)).toArray(Column[]::new);
    spark.conf().set(NOTE, note);
    try {
      DeltaTable.forPath(spark, path)
          .as("t")
          .merge(held.holdOnDisk(source()).as("s"), hash(there).equalTo(col("s.gone")))
          .whenMatched()
          .delete()
          .whenNotMatched()
          .insert(values)
          .execute();
    } finally {
      spark.conf().unset(NOTE);
    }
  }

  /** Hashes of rows that go, in the column {@code gone}, and rows that come, without one. */
  private Dataset<Row> source() {
    Dataset<Row> gone = changed.where(col(BEFORE).gt(0)).select(col(HASH).as("gone"));
    Dataset<Row> come =
        after
            .withColumn(HASH, hash(columns(after)))
            .join(changed.where(col(AFTER).gt(0)).select(HASH), HASH)
            .drop(HASH)
            .withColumn("gone", lit(null).cast("string"));
    return gone.unionByName(come, true);
  }

  @Override
  public void close() {
    held.close();
  }

  private static Dataset<Row> counted(Dataset<Row> rows, List<String> described, String name) {
    List<Column> aggregates = new ArrayList<>(List.of(count(lit(1)).as(name)));
    described.forEach(column -> aggregates.add(first(col(column)).as(column)));
    List<Column> narrow = new ArrayList<>(List.of(hash(columns(rows)).as(HASH)));
    described.forEach(column -> narrow.add(col(column)));
    return rows.select(narrow.toArray(Column[]::new))
        .groupBy(HASH)
        .agg(aggregates.get(0), aggregates.subList(1, aggregates.size()).toArray(Column[]::new));
  }

  private static Column[] columns(Dataset<Row> rows) {
    return Arrays.stream(rows.columns()).map(name -> col(name)).toArray(Column[]::new);
  }

  private static Column hash(Column[] columns) {
    return sha2(to_json(struct(columns)).cast("binary"), 256);
  }
}
