package io.espalier.prep;

import io.espalier.prep.IngestTask.SourceSlice;
import io.espalier.prep.input.Encodings;
import io.espalier.prep.input.FileParts;
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
import java.util.Optional;
import java.util.SortedMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;
import org.apache.spark.util.TaskCompletionListener;

/** Every record of every source as a row of {@link IngestedRow}. */
final class IngestedRecords {
  private IngestedRecords() {}

  /** The rows, read anew whenever they are asked for. */
  static Dataset<Row> of(SparkSession spark, PreparationPlan plan) {
    return spark.createDataFrame(read(spark, plan, false), RecordRows.schema(IngestedRow.class));
  }

  /** The same without the names of columns, and with the {@link FileHashes}. */
  static JavaRDD<Row> withHashes(SparkSession spark, PreparationPlan plan) {
    return read(spark, plan, true);
  }

  private static JavaRDD<Row> read(SparkSession spark, PreparationPlan plan, boolean hashes) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    Broadcast<SerializableConfiguration> settings =
        context.broadcast(new SerializableConfiguration(spark.sessionState().newHadoopConf()));
    List<SourceSlice> slices = slices(settings, plan, targetBytes(context, plan));
    List<SourceSlice> inParts =
        slices.stream()
            .filter(
                s -> FileParts.isCounted(s.slice()) || (hashes && FileParts.isNoStream(s.slice())))
            .toList();
    List<FileParts.Found> parts = parts(context, settings, inParts);
    DocumentChecks checks = checks(plan);
    SplitLabels splits = SplitLabels.of(plan.settings().split());
    List<IngestTask> tasks =
        InputTasks.group(
                LineNumbers.number(slices, parts),
                slice -> slice.slice().bytes(),
                targetBytes(context, plan))
            .stream()
            .map(group -> new IngestTask(group, checks, splits, hashes))
            .toList();
    JavaRDD<Row> rows =
        context
            .parallelize(tasks, Math.max(1, tasks.size()))
            .flatMap(task -> rows(task.read(settings.value().value())));
    List<Row> found = hashes ? hashes(inParts, parts) : List.of();
    return found.isEmpty() ? rows : rows.union(context.parallelize(found, 1));
  }

  private static List<Row> hashes(List<SourceSlice> slices, List<FileParts.Found> parts) {
    SortedMap<String, String> hashes = FileParts.hashes(parts);
    return slices.stream()
        .filter(s -> s.slice().start() == 0)
        .flatMap(
            s ->
                Optional.ofNullable(hashes.get(s.slice().file().uri())).stream()
                    .map(hash -> FileHashes.row(s.origin(), s.role(), s.slice().file(), hash)))
        .map(RecordRows::toRow)
        .toList();
  }

  /** All that is asked of a record when it is looked at alone. */
  static DocumentChecks checks(PreparationPlan plan) {
    return new DocumentChecks(
        plan.settings().unicodeForm(), plan.settings().edits(), plan.settings().filters());
  }

  /**
   * Enough tasks to keep all cores busy to the end, but none of less than a mebibyte. A power of
   * two, so that no slice of a file lies in two of its parts.
   */
  private static long targetBytes(JavaSparkContext context, PreparationPlan plan) {
    long share = plan.bytes() / (4L * context.defaultParallelism());
    return Long.highestOneBit(Math.max(1L << 20, Math.min(InputTasks.TARGET_BYTES, share)));
  }

  private static List<SourceSlice> slices(
      Broadcast<SerializableConfiguration> settings, PreparationPlan plan, long targetBytes) {
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
    return slices;
  }

  private static List<InputSlice> slices(
      Configuration configuration, SourcePlan source, InputFile file, long targetBytes) {
    RecordFormat format = source.settings().format();
    try {
      boolean utf8 = source.settings().encoding().equalsIgnoreCase(Encodings.UTF_8);
      boolean compressed =
          file.bytes() > targetBytes && (!utf8 || RecordReaders.isCompressed(configuration, file));
      return InputTasks.slices(file, format, compressed, targetBytes);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + file.uri(), e);
    }
  }

  private static List<FileParts.Found> parts(
      JavaSparkContext context,
      Broadcast<SerializableConfiguration> settings,
      List<SourceSlice> slices) {
    List<FileParts.Part> parts = FileParts.of(slices.stream().map(SourceSlice::slice).toList());
    return parts.isEmpty()
        ? List.of()
        : context
            .parallelize(parts, parts.size())
            .map(part -> FileParts.read(settings.value().value(), part))
            .collect();
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
