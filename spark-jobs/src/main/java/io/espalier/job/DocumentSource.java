package io.espalier.job;

import static org.apache.spark.sql.functions.col;

import io.espalier.config.ConfigException;
import io.espalier.config.RunPaths;
import io.espalier.prep.input.FieldMapping;
import io.espalier.prep.input.InputFile;
import io.espalier.prep.input.InputListing;
import io.espalier.prep.input.InputSlice;
import io.espalier.prep.input.ReadResult;
import io.espalier.prep.input.RecordFormat;
import io.espalier.prep.input.RecordOptions;
import io.espalier.prep.input.RecordReader;
import io.espalier.prep.input.RecordReaders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.TaskCompletionListener;

/**
 * Documents of a Delta table, or of files in every format that data preparation reads. A record
 * that can't be read is a document with a problem.
 *
 * @param path file, folder, glob or table on any Hadoop file system
 * @param fields dots reach into nested objects
 */
record DocumentSource(String path, FieldMapping fields, int maximumDocumentBytes) {
  /** Text that a task scores, if there is more than the slots take: some minutes on a core. */
  private static final long BYTES_PER_TASK = 16L << 20;

  /**
   * The documents, dealt out evenly.
   *
   * @param slots tasks that run at once
   * @throws ConfigException if there is nothing there
   */
  JavaRDD<InputDocument> documents(
      SparkSession spark, Map<String, String> hadoopSettings, int slots) {
    Configuration configuration = spark.sessionState().newHadoopConf();
    return isDelta(configuration)
        ? ofTable(spark, slots)
        : ofFiles(spark, files(configuration), hadoopSettings, slots);
  }

  private List<InputFile> files(Configuration configuration) {
    try {
      return InputListing.list(configuration, path);
    } catch (ConfigException e) {
      throw new ConfigException("--input: " + e.getMessage(), e);
    }
  }

  private boolean isDelta(Configuration configuration) {
    try {
      Path log = new Path(path, "_delta_log");
      return log.getFileSystem(configuration).exists(log);
    } catch (IOException | IllegalArgumentException e) {
      throw new ConfigException("input is %s but it can't be read: %s".formatted(path, e), e);
    }
  }

  private JavaRDD<InputDocument> ofTable(SparkSession spark, int slots) {
    Dataset<Row> rows = spark.read().format("delta").load(path);
    try {
      Dataset<Row> documents =
          rows.select(
              col(fields.id()).cast("string").as("id"),
              col(fields.text()).cast("string").as("text"));
      int tasks = Math.max(slots, documents.rdd().getNumPartitions());
      int longest = maximumDocumentBytes;
      return documents.toJavaRDD().repartition(tasks).map(row -> document(row, longest));
    } catch (Exception e) { // AnalysisException is checked and yet not declared.
      if (e instanceof AnalysisException) {
        throw new ConfigException(
            "input is %s, a table with the columns %s, but id-field is %s and text-field is %s; both must be columns"
                .formatted(
                    RunPaths.shown(path),
                    String.join(", ", rows.columns()),
                    fields.id(),
                    fields.text()),
            e);
      }
      throw e;
    }
  }

  private static InputDocument document(Row row, int longestBytes) {
    String id = row.isNullAt(0) ? "" : row.getString(0);
    if (row.isNullAt(1)) {
      return new InputDocument(id, "", "missing_text: the column is null");
    }
    String text = row.getString(1);
    return text.length() > longestBytes
        ? new InputDocument(id, "", "too_long: more than %d bytes".formatted(longestBytes))
        : new InputDocument(id, text, "");
  }

  private JavaRDD<InputDocument> ofFiles(
      SparkSession spark, List<InputFile> files, Map<String, String> hadoopSettings, int slots) {
    long bytes = files.stream().mapToLong(InputFile::bytes).sum();
    int tasks = (int) Math.max(slots, Math.min(bytes / BYTES_PER_TASK, Integer.MAX_VALUE));
    RecordOptions options = new RecordOptions(fields, "", maximumDocumentBytes);
    return JavaSparkContext.fromSparkContext(spark.sparkContext())
        .parallelize(files, Math.min(files.size(), 4 * slots))
        .flatMap(file -> new Records(file, options, hadoopSettings))
        .repartition(tasks);
  }

  /** The records of a file, read while they are asked for. */
  private static final class Records implements Iterator<InputDocument> {
    private final InputFile file;
    private final boolean oneDocument;
    private final RecordReader reader;
    private Optional<ReadResult> next = Optional.empty();
    private boolean ended;

    Records(InputFile file, RecordOptions options, Map<String, String> hadoopSettings)
        throws IOException {
      this.file = file;
      this.oneDocument = options.isOneDocument(RecordFormat.AUTO.of(file.name()));
      Configuration configuration = new Configuration();
      hadoopSettings.forEach(configuration::set);
      this.reader =
          RecordReaders.open(configuration, InputSlice.whole(file, RecordFormat.AUTO), options);
      TaskCompletionListener closing = context -> close();
      TaskContext.get().addTaskCompletionListener(closing);
    }

    @Override
    public boolean hasNext() {
      try {
        if (next.isEmpty() && !ended) {
          next = reader.next();
          ended = next.isEmpty();
        }
        return !ended;
      } catch (IOException e) {
        throw new UncheckedIOException("Cannot read " + file.uri(), e);
      }
    }

    @Override
    public InputDocument next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      InputDocument document = InputDocument.of(file, oneDocument, next.orElseThrow());
      next = Optional.empty();
      return document;
    }

    private void close() {
      try {
        reader.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
