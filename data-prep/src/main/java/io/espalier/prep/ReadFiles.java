package io.espalier.prep;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.when;

import io.espalier.config.RunPaths;
import io.espalier.prep.input.InputFile;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** The files of a run as they were read: their hashes, and how many of their records stayed. */
public final class ReadFiles {
  private ReadFiles() {}

  /** What the table {@code records} says of a reading. */
  private record Found(long records, String sha256) {}

  /**
   * The files of a plan, in its order; without those whose rows in the table {@code records} are
   * gone, or were made by an earlier version, whose readings had other ids.
   *
   * @param rejected rows of the table {@code rejections} that were made from this plan
   */
  public static List<ReadFile> of(
      SparkSession spark, RunPaths paths, PreparationPlan plan, Dataset<Row> rejected) {
    Map<String, Found> found = new HashMap<>();
    RecordStore.of(spark, paths)
        .rows()
        .ifPresent(
            rows ->
                readings(rows)
                    .forEach(
                        row ->
                            found.put(
                                row.getString(0), new Found(row.getLong(1), row.getString(2)))));
    if (found.isEmpty()) {
      return List.of();
    }
    Map<String, Long> lost = new HashMap<>();
    rejected
        .groupBy("file")
        .agg(count(lit(1)))
        .collectAsList()
        .forEach(row -> lost.put(row.getString(0), row.getLong(1)));
    Map<String, String> ofFile = new HashMap<>();
    FileReading.of(plan).forEach(reading -> ofFile.put(reading.file(), reading.id()));
    List<ReadFile> files = new ArrayList<>();
    for (SourcePlan source : plan.sources()) {
      for (InputFile file : source.files()) {
        Found of = found.get(ofFile.getOrDefault(file.uri(), ""));
        if (of != null) {
          long kept = of.records() - lost.getOrDefault(file.uri(), 0L);
          files.add(
              new ReadFile(
                  source.key(), file.path(), file.bytes(), of.sha256(), of.records(), kept));
        }
      }
    }
    return files;
  }

  private static List<Row> readings(Dataset<Row> rows) {
    return rows.groupBy(RecordStore.READING)
        .agg(
            count(when(col("record").geq(0), 1)),
            coalesce(max(when(col("record").equalTo(FileHashes.RECORD), col("detail"))), lit("")))
        .collectAsList();
  }
}
