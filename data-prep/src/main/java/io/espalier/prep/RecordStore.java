package io.espalier.prep;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.espalier.config.RunPaths;
import io.espalier.prep.input.InputTasks;
import io.espalier.table.RecordRows;
import io.espalier.table.Table;
import io.espalier.table.TableSchema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The table {@code records} of a run: every record of every file after everything that looks at it
 * alone, so that a file is read once, however often the run is prepared.
 *
 * <p>Each row names the {@link FileReading} it comes from. A file that changes, or is to be read
 * otherwise, has another reading, whose rows are not those of the old one: what is valid is decided
 * when the rows are read, by the plan alone, and removing old rows is tidying up. A reading is
 * complete where the table has its mark, a row of its own in the same commit as its rows; the marks
 * are the manifest of files. {@link FileHashes} are rows beside it.
 *
 * <p>Used on the driver, one at a time.
 */
final class RecordStore {
  static final String NAME = "records";

  /** A record number that no record has: the row is a mark. */
  private static final long MARK = -1;

  static final String READING = "reading";
  private static final StructType ROWS = RecordRows.schema(IngestedRow.class);
  private static final StructType STORED = ROWS.add(READING, DataTypes.StringType);
  static final TableSchema<IngestedRow> TABLE =
      new TableSchema<>(NAME, IngestedRow.class, List.of(), Set.of());

  private final SparkSession spark;
  private final Table<IngestedRow> table;
  private final long batchBytes;

  private RecordStore(SparkSession spark, RunPaths paths, long batchBytes) {
    this.spark = spark;
    this.table = Table.at(spark, TABLE, paths.table(NAME));
    this.batchBytes = batchBytes;
  }

  static RecordStore of(SparkSession spark, RunPaths paths) {
    long cores = JavaSparkContext.fromSparkContext(spark.sparkContext()).defaultParallelism();
    // Four tasks of full size for each core: the end of a part leaves few cores idle.
    return of(spark, paths, Math.max(1L << 30, 4 * cores * InputTasks.TARGET_BYTES));
  }

  /**
   * @param batchBytes of files that are read and committed together
   */
  static RecordStore of(SparkSession spark, RunPaths paths, long batchBytes) {
    return new RecordStore(spark, paths, batchBytes);
  }

  /**
   * The records of the plan's files, with the columns of {@link IngestedRow}; reads the files that
   * haven't been read.
   */
  Dataset<Row> read(PreparationPlan plan, PreparationListener listener) {
    List<FileReading> wanted = FileReading.of(plan);
    ingest(plan, wanted, listener);
    if (wanted.isEmpty()) {
      return spark.createDataFrame(List.of(), ROWS);
    }
    List<FileReading> marks = marks();
    Dataset<Row> records = stored(table.latestVersion().orElseThrow()).where(col("record").geq(0));
    boolean exactly = new HashSet<>(marks).equals(new HashSet<>(wanted));
    return exactly ? records.select(columns()) : among(records, wanted);
  }

  /** Identities of the readings that are complete. */
  Set<String> complete() {
    return ids(marks());
  }

  /** Every row that there is, marks and hashes included; nothing where none was written. */
  Optional<Dataset<Row>> rows() {
    return table.latestVersion().stream()
        .mapToObj(this::stored)
        .filter(rows -> Arrays.asList(rows.columns()).contains(READING))
        .findFirst();
  }

  /** Deletes the rows of files that are gone or have changed, and what killed writers left. */
  void forgetOthers(PreparationPlan plan) {
    if (table.latestVersion().isEmpty()) {
      return;
    }
    Set<String> others = ids(marks());
    others.removeAll(ids(FileReading.of(plan)));
    if (!others.isEmpty()) {
      table.delete(col(READING).isin(others.toArray()));
    }
    table.forgetHistory();
  }

  private void ingest(
      PreparationPlan plan, List<FileReading> wanted, PreparationListener listener) {
    Set<String> known = ids(marks());
    List<FileReading> missing = wanted.stream().filter(r -> !known.contains(r.id())).toList();
    known.removeAll(ids(wanted));
    boolean none = missing.size() == wanted.size();
    if (!none) {
      listener.message(
          "%,d of %,d files are new or have changed and are read; %,d readings are out of date"
              .formatted(missing.size(), wanted.size(), known.size()));
    }
    Map<String, String> readings =
        missing.stream().collect(Collectors.toMap(FileReading::file, FileReading::id));
    List<PreparationPlan> batches = IngestBatches.of(plan, readings.keySet(), batchBytes);
    for (int i = 0; i < batches.size(); i++) {
      // Where nothing can be used again, the table begins anew, with whatever columns rows have.
      append(batches.get(i), readings, none && i == 0);
    }
  }

  private void append(PreparationPlan batch, Map<String, String> readings, boolean anew) {
    Broadcast<HashMap<String, String>> ofFile =
        JavaSparkContext.fromSparkContext(spark.sparkContext()).broadcast(new HashMap<>(readings));
    int file = ROWS.fieldIndex("file");
    JavaRDD<Row> rows =
        IngestedRecords.withHashes(spark, batch)
            .map(row -> with(row, ofFile.value().getOrDefault(row.getString(file), "")));
    spark
        .createDataFrame(rows, STORED)
        .unionByName(marks(batch, readings), true)
        .write()
        .format("delta")
        .mode(anew ? SaveMode.Overwrite : SaveMode.Append)
        .option(anew ? "overwriteSchema" : "mergeSchema", "true")
        .save(table.path());
    table.seal();
    ofFile.destroy();
  }

  private static Row with(Row row, String reading) {
    Object[] values = new Object[row.length() + 1];
    for (int i = 0; i < row.length(); i++) {
      values[i] = row.get(i);
    }
    values[row.length()] = reading;
    return RowFactory.create(values);
  }

  private Dataset<Row> marks(PreparationPlan batch, Map<String, String> readings) {
    List<FileReading> marks = new ArrayList<>();
    for (FileReading reading : FileReading.of(batch)) {
      if (reading.id().equals(readings.get(reading.file()))) {
        marks.add(reading);
      }
    }
    return files(marks).withColumn("record", lit(MARK));
  }

  /** The readings that are complete. */
  private List<FileReading> marks() {
    if (table.latestVersion().isEmpty()) {
      return List.of();
    }
    return stored(table.latestVersion().getAsLong())
        .where(col("record").equalTo(MARK))
        .select("origin", "path", "file", "role", READING)
        .collectAsList()
        .stream()
        .map(
            row ->
                new FileReading(
                    row.getInt(0),
                    row.getString(1),
                    row.getString(2),
                    row.getString(3),
                    row.getString(4)))
        .toList();
  }

  /**
   * The rows of these readings, with their source's number and role as they are in the plan now.
   */
  private Dataset<Row> among(Dataset<Row> records, List<FileReading> wanted) {
    return records
        .drop("origin", "path", "file", "role")
        .join(files(wanted), READING)
        .select(columns());
  }

  private Dataset<Row> files(List<FileReading> readings) {
    StructType schema =
        new StructType()
            .add("origin", DataTypes.IntegerType)
            .add("path", DataTypes.StringType)
            .add("file", DataTypes.StringType)
            .add("role", DataTypes.StringType)
            .add(READING, DataTypes.StringType);
    return spark.createDataFrame(
        readings.stream()
            .map(r -> RowFactory.create(r.origin(), r.path(), r.file(), r.role(), r.id()))
            .toList(),
        schema);
  }

  private Dataset<Row> stored(long version) {
    return spark.read().format("delta").option("versionAsOf", version).load(table.path());
  }

  private static Set<String> ids(List<FileReading> readings) {
    return readings.stream()
        .map(FileReading::id)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  private static Column[] columns() {
    return Arrays.stream(ROWS.fieldNames()).map(name -> col(name)).toArray(Column[]::new);
  }
}
