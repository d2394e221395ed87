package io.espalier.table;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.delta.kernel.Snapshot;
import io.delta.kernel.TableManager;
import io.delta.kernel.defaults.engine.DefaultEngine;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.internal.InternalScanFileUtils;
import io.delta.tables.DeltaTable;
import io.espalier.config.FormatException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
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

  /** The newest commit that made its rows the whole table; those after it added to them. */
  public Optional<TableCommit> latestOverwrite() {
    return log.latest(DeltaLogFolder::overwrites);
  }

  /** The commit that added rows under this identifier; see {@link #append(Dataset, String)}. */
  public Optional<TableCommit> appendedAs(String transactionId) {
    return log.latest(line -> DeltaLogFolder.isTransaction(line, transactionId));
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
        .option("delta.enableChangeDataFeed", String.valueOf(schema.hasChangeFeed()))
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
    appending(rows, transactionId).save(path);
    return committed();
  }

  /**
   * The same, for a table that was made as a whole and is added to: whoever made it finds it
   * complete as before.
   *
   * @param fingerprint of the commit that is added to
   * @param summary of the table with these rows
   */
  public TableCommit append(
      Dataset<Row> rows, String transactionId, String fingerprint, String summary) {
    appending(rows, transactionId)
        .option("userMetadata", DeltaLogFolder.note(fingerprint, summary))
        .save(path);
    return committed();
  }

  private DataFrameWriter<Row> appending(Dataset<Row> rows, String transactionId) {
    return writer(rows)
        .mode(SaveMode.Append)
        .option("mergeSchema", !schema.laterColumns().isEmpty())
        .option("txnAppId", transactionId)
        .option("txnVersion", 1);
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
      writer
          .mode(SaveMode.Overwrite)
          .option("mergeSchema", !schema.laterColumns().isEmpty())
          .option("replaceWhere", predicate(key))
          .save(path);
    }
    return committed();
  }

  /** As {@link #replace(Dataset, Map)}, of rows that fit into the driver. */
  public TableCommit replace(List<R> rows, Map<String, String> key) {
    return replace(dataset(rows), key);
  }

  /**
   * Puts these rows in the place of all that have one of the keys, in one commit. Where the keys
   * are of partition columns, the data files of every other partition stay what they are.
   *
   * @param keys column → value; every row must have one of them
   */
  public TableCommit replace(
      Dataset<Row> rows, List<Map<String, String>> keys, String fingerprint, String summary) {
    writer(rows)
        .mode(SaveMode.Overwrite)
        .option(
            "replaceWhere",
            keys.stream()
                .map(key -> "(" + predicate(key) + ")")
                .collect(Collectors.joining(" OR ")))
        .option("userMetadata", DeltaLogFolder.note(fingerprint, summary))
        .save(path);
    return committed();
  }

  /** Whether {@link #follow} can bring the newest version to other rows. */
  public boolean canFollow() {
    return latestVersion().isPresent()
        && Arrays.equals(spark.read().format("delta").load(path).columns(), columns().fieldNames())
        && changeFeed();
  }

  private boolean changeFeed() {
    Map<String, String> properties =
        DeltaTable.forPath(spark, path).detail().select("properties").first().getJavaMap(0);
    return properties.getOrDefault("delta.enableChangeDataFeed", "false").equals("true");
  }

  /** How the rows that the newest version has differ from those that it should have. */
  public RowChanges changes(Dataset<Row> rows, List<String> described) {
    return RowChanges.between(read(latestVersion().orElseThrow()), select(rows), described);
  }

  /**
   * Brings the newest version to other rows, in one commit: only the data files of rows that go are
   * written anew, and the table's change feed says which rows went and which came.
   *
   * @param changes from {@link #changes}
   */
  public TableCommit follow(RowChanges changes, String fingerprint, String summary) {
    long before = latestVersion().orElseThrow();
    String note = DeltaLogFolder.note(fingerprint, summary);
    if (!changes.isEmpty()) {
      changes.merge(spark, path, note);
    }
    if (latestVersion().orElseThrow() == before) {
      restate(fingerprint, summary);
    }
    return committed();
  }

  /** A commit that changes no row and notes what the rows are made from now. */
  public TableCommit restate(String fingerprint, String summary) {
    writer(spark.createDataFrame(List.<Row>of(), columns()))
        .mode(SaveMode.Append)
        // Names the commit, which Delta would otherwise leave out because nothing changes.
        .option("txnAppId", "restate")
        .option("txnVersion", latestVersion().orElseThrow() + 1)
        .option("userMetadata", DeltaLogFolder.note(fingerprint, summary))
        .save(path);
    return committed();
  }

  /**
   * Removes the rows that fulfil a condition, in one commit; older versions still have them.
   *
   * @return the commit, or the newest one where no row does
   */
  public TableCommit delete(Column condition) {
    DeltaTable.forPath(spark, path).delete(condition);
    return committed();
  }

  /**
   * Removes the data files that the newest version doesn't have: older versions can't be read any
   * more. Nobody may be reading or writing the table.
   */
  public void forgetHistory() {
    Configuration configuration = spark.sessionState().newHadoopConf();
    for (String file : filesOfHistory()) {
      Path old = new Path(file);
      try {
        old.getFileSystem(configuration).delete(old, false);
      } catch (IOException e) {
        throw new UncheckedIOException("Cannot delete " + old, e);
      }
    }
  }

  /** Data files in the table's folder that the newest version doesn't have, sorted. */
  public List<String> filesOfHistory() {
    Engine engine = DefaultEngine.create(spark.sessionState().newHadoopConf());
    Snapshot snapshot = TableManager.loadSnapshot(path).build(engine);
    Set<String> current = new HashSet<>();
    for (io.delta.kernel.data.Row file :
        new KernelScan(engine, snapshot, List.of(), Optional.empty()).files()) {
      current.add(new Path(InternalScanFileUtils.getAddFileStatus(file).getPath()).getName());
    }
    return dataFiles().stream()
        .filter(file -> !current.contains(new Path(file).getName()))
        .toList();
  }

  /** Every data file in the table's folder, of whichever version, sorted. */
  public List<String> dataFiles() {
    List<String> found = new ArrayList<>();
    Path root = new Path(path);
    try {
      var files = root.getFileSystem(spark.sessionState().newHadoopConf()).listFiles(root, true);
      while (files.hasNext()) {
        String file = files.next().getPath().toString();
        if (file.endsWith(".parquet") && !file.contains("/_delta_log/")) {
          found.add(file);
        }
      }
    } catch (FileNotFoundException e) {
      return List.of();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot list " + root, e);
    }
    Collections.sort(found);
    return found;
  }

  /** The rows of one version. */
  public Dataset<Row> read(long version) {
    Dataset<Row> rows =
        withLaterColumns(spark.read().format("delta").option("versionAsOf", version).load(path));
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

  /**
   * The rows that commits after a version added, from the table's change feed; none where there was
   * no commit.
   */
  public Dataset<Row> addedSince(long version) {
    if (latestVersion().orElse(version) <= version) {
      return spark.createDataFrame(List.<Row>of(), columns());
    }
    return select(
        spark
            .read()
            .format("delta")
            .option("readChangeFeed", "true")
            .option("startingVersion", version + 1)
            .load(path)
            .where(col("_change_type").equalTo("insert")));
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

  private Dataset<Row> withLaterColumns(Dataset<Row> rows) {
    List<String> found = List.of(rows.columns());
    Dataset<Row> whole = rows;
    for (StructField field : columns().fields()) {
      if (schema.laterColumns().contains(field.name()) && !found.contains(field.name())) {
        whole = whole.withColumn(field.name(), nothing(field.dataType()));
      } else if (schema.laterColumns().contains(field.name())) {
        whole =
            whole.withColumn(field.name(), coalesce(col(field.name()), nothing(field.dataType())));
      }
    }
    return whole;
  }

  /** What a row from before a column says in it. */
  private static Column nothing(DataType type) {
    if (type instanceof ArrayType) {
      return array().cast(type);
    }
    if (type.equals(DataTypes.BinaryType)) {
      return lit(new byte[0]);
    }
    return type.equals(DataTypes.StringType) ? lit("") : lit(0).cast(type);
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

  /** Seals what was committed since the last seal, whoever committed it. */
  public void seal() {
    new TableSeals(spark.sessionState().newHadoopConf(), path)
        .seal(files -> new SealedFiles(spark, files).hashes());
  }

  private TableCommit committed() {
    seal();
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
