package io.espalier.table;

import static org.apache.spark.sql.functions.col;

import io.espalier.config.FormatException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * One Delta table of a run: every write can be repeated after a crash, every read names a version.
 *
 * <p>Used on the driver only. Two writers of one table are kept apart by Delta: the later commit
 * succeeds where they touch different rows and fails otherwise.
 *
 * @param <R> the record whose components are the columns
 */
public final class Table<R extends Record> {
  private final SparkSession spark;
  private final TableSchema<R> schema;
  private final String path;
  private final DeltaLogFolder log;

  private Table(SparkSession spark, TableSchema<R> schema, String path) {
    this.spark = spark;
    this.schema = schema;
    this.path = path;
    this.log = new DeltaLogFolder(path, spark.sessionState().newHadoopConf());
  }

  /**
   * A table that exists or will.
   *
   * @param spark a session with {@link DeltaSession#SETTINGS}
   * @param path the table's folder as a URI
   */
  public static <R extends Record> Table<R> at(
      SparkSession spark, TableSchema<R> schema, String path) {
    return new Table<>(spark, schema, path);
  }

  public String path() {
    return path;
  }

  /** The columns, in order. */
  public StructType columns() {
    return RecordRows.schema(schema.row());
  }

  /** The newest version, or nothing where the table was never written. */
  public OptionalLong latestVersion() {
    return log.latestVersion();
  }

  /** The newest commit, or nothing where the table was never written. */
  public Optional<TableCommit> latestCommit() {
    return log.latestCommit();
  }

  /** The newest commit if it was made from exactly what the fingerprint stands for. */
  public Optional<TableCommit> completedWith(String fingerprint) {
    return latestCommit().filter(commit -> commit.fingerprint().equals(fingerprint));
  }

  /**
   * Makes these rows the whole table, in one commit.
   *
   * @param fingerprint hash of everything the rows were made from
   * @param summary JSON to be found again in {@link TableCommit#summary}, or the empty string
   */
  public TableCommit overwrite(Dataset<Row> rows, String fingerprint, String summary) {
    writer(rows)
        .mode(SaveMode.Overwrite)
        .option("overwriteSchema", "true")
        .option("userMetadata", DeltaLogFolder.note(fingerprint, summary))
        .save(path);
    return committed();
  }

  /** As {@link #overwrite(Dataset, String, String)}, of rows that fit into the driver. */
  public TableCommit overwrite(List<R> rows, String fingerprint, String summary) {
    return overwrite(dataset(rows), fingerprint, summary);
  }

  /**
   * Adds rows once: a second call with the same identifier changes nothing.
   *
   * @param transactionId names this piece of work and no other, such as a checkpoint's hash
   */
  public TableCommit append(Dataset<Row> rows, String transactionId) {
    writer(rows)
        .mode(SaveMode.Append)
        .option("txnAppId", transactionId)
        .option("txnVersion", 1)
        .save(path);
    return committed();
  }

  /** As {@link #append(Dataset, String)}, of rows that fit into the driver. */
  public TableCommit append(List<R> rows, String transactionId) {
    return append(dataset(rows), transactionId);
  }

  /**
   * Puts these rows in the place of all that have the same key, in one commit.
   *
   * @param key column → value; every row must have these values
   */
  public TableCommit replace(Dataset<Row> rows, Map<String, String> key) {
    DataFrameWriter<Row> writer = writer(rows);
    if (latestVersion().isEmpty()) {
      writer.mode(SaveMode.Append).save(path);
    } else {
      writer.mode(SaveMode.Overwrite).option("replaceWhere", predicate(key)).save(path);
    }
    return committed();
  }

  /** As {@link #replace(Dataset, Map)}, of rows that fit into the driver. */
  public TableCommit replace(List<R> rows, Map<String, String> key) {
    return replace(dataset(rows), key);
  }

  /** The rows of one version. */
  public Dataset<Row> read(long version) {
    Dataset<Row> rows = spark.read().format("delta").option("versionAsOf", version).load(path);
    List<String> found = List.of(rows.columns());
    List<String> missing =
        Arrays.stream(columns().fieldNames()).filter(name -> !found.contains(name)).toList();
    if (!missing.isEmpty()) {
      throw new FormatException(
          "Table %s version %d has no column %s; its columns are %s"
              .formatted(path, version, String.join(", ", missing), String.join(", ", found)));
    }
    return select(rows);
  }

  /** The rows of one version, brought to the driver: for tables that are small by nature. */
  public List<R> collect(long version) {
    return read(version).collectAsList().stream()
        .map(row -> RecordRows.fromRow(row, schema.row()))
        .toList();
  }

  /** Records as a dataset with this table's columns. */
  public Dataset<Row> dataset(List<R> rows) {
    return spark.createDataFrame(rows.stream().map(RecordRows::toRow).toList(), columns());
  }

  private DataFrameWriter<Row> writer(Dataset<Row> rows) {
    DataFrameWriter<Row> writer = select(rows).write().format("delta");
    return schema.partitionColumns().isEmpty()
        ? writer
        : writer.partitionBy(schema.partitionColumns().toArray(String[]::new));
  }

  /** The table's columns and no others, in order and of the right type. */
  private Dataset<Row> select(Dataset<Row> rows) {
    return rows.select(Arrays.stream(columns().fields()).map(Table::column).toArray(Column[]::new));
  }

  private static Column column(StructField field) {
    return col(field.name()).cast(field.dataType()).as(field.name());
  }

  private TableCommit committed() {
    return latestCommit()
        .orElseThrow(() -> new IllegalStateException("Nothing was committed to " + path));
  }

  private static String predicate(Map<String, String> key) {
    return key.entrySet().stream()
        .map(
            e ->
                "%s = '%s'"
                    .formatted(e.getKey(), e.getValue().replace("\\", "\\\\").replace("'", "\\'")))
        .sorted()
        .collect(Collectors.joining(" AND "));
  }
}
