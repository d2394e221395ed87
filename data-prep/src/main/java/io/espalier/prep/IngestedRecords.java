package io.espalier.prep;

import io.espalier.prep.IngestTask.SourceSlice;
import io.espalier.prep.input.InputFile;
import io.espalier.prep.input.InputSlice;
import io.espalier.prep.input.InputTasks;
import io.espalier.prep.input.RecordFormat;
import io.espalier.prep.input.RecordReaders;
import io.espalier.table.RecordRows;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.SerializableConfiguration;
import org.apache.spark.util.TaskCompletionListener;

/**
 * Every record of every source as a row of {@link IngestedRow}, read once and kept on the
 * executors' disks until closed.
 */
final class IngestedRecords implements AutoCloseable {
  private final JavaRDD<Row> rows;
  private final Dataset<Row> dataset;

  private IngestedRecords(JavaRDD<Row> rows, Dataset<Row> dataset) {
    this.rows = rows;
    this.dataset = dataset;
  }

  static IngestedRecords of(SparkSession spark, PreparationPlan plan) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    Broadcast<SerializableConfiguration> settings =
        context.broadcast(new SerializableConfiguration(spark.sessionState().newHadoopConf()));
    List<IngestTask> tasks = tasks(context, settings, plan);
    JavaRDD<Row> rows =
        context
            .parallelize(tasks, Math.max(1, tasks.size()))
            .flatMap(task -> rows(task.read(settings.value().value())))
            .persist(StorageLevel.DISK_ONLY());
    return new IngestedRecords(
        rows, spark.createDataFrame(rows, RecordRows.schema(IngestedRow.class)));
  }

  /** The rows, with the columns of {@link IngestedRow}. */
  Dataset<Row> dataset() {
    return dataset;
  }

  @Override
  public void close() {
    rows.unpersist(false);
  }

  private static List<IngestTask> tasks(
      JavaSparkContext context,
      Broadcast<SerializableConfiguration> settings,
      PreparationPlan plan) {
    // Enough tasks to keep all cores busy to the end, but none of less than a mebibyte.
    long share = plan.bytes() / (4L * context.defaultParallelism());
    long targetBytes = Math.max(1L << 20, Math.min(InputTasks.TARGET_BYTES, share));
    List<SourceSlice> slices = new ArrayList<>();
    for (int origin = 0; origin < plan.sources().size(); origin++) {
      SourcePlan source = plan.sources().get(origin);
      for (InputFile file : source.files()) {
        for (InputSlice slice : slices(settings.value().value(), source, file, targetBytes)) {
          slices.add(
              new SourceSlice(
                  origin,
                  source.role(),
                  slice,
                  source.options(plan.settings().maximumDocumentBytes())));
        }
      }
    }
    DocumentChecks checks =
        new DocumentChecks(plan.settings().unicodeForm(), plan.settings().filters());
    return InputTasks.group(
            counted(context, settings, slices), slice -> slice.slice().bytes(), targetBytes)
        .stream()
        .map(group -> new IngestTask(group, checks))
        .toList();
  }

  private static List<InputSlice> slices(
      Configuration configuration, SourcePlan source, InputFile file, long targetBytes) {
    RecordFormat format = source.settings().format();
    try {
      boolean compressed =
          file.bytes() > targetBytes && RecordReaders.isCompressed(configuration, file);
      return InputTasks.slices(file, format, compressed, targetBytes);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + file.uri(), e);
    }
  }

  /** Counts the lines before each slice of a file of lines that is cut into several. */
  private static List<SourceSlice> counted(
      JavaSparkContext context,
      Broadcast<SerializableConfiguration> settings,
      List<SourceSlice> slices) {
    List<InputSlice> cut =
        slices.stream()
            .map(SourceSlice::slice)
            .filter(slice -> slice.format() == RecordFormat.JSON_LINES)
            .filter(slice -> slice.end() != Long.MAX_VALUE)
            .toList();
    if (cut.isEmpty()) {
      return slices;
    }
    List<Long> lineEnds =
        context
            .parallelize(cut, cut.size())
            .map(slice -> RecordReaders.countLineEnds(settings.value().value(), slice))
            .collect();
    return LineNumbers.number(slices, cut, lineEnds);
  }

  private static Iterator<Row> rows(IngestTask.Records records) {
    TaskCompletionListener closing = context -> records.close();
    TaskContext.get().addTaskCompletionListener(closing);
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return records.hasNext();
      }

      @Override
      public Row next() {
        return RecordRows.toRow(records.next());
      }
    };
  }
}
