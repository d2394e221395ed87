package io.espalier.job;

import io.espalier.config.ConfigException;
import io.espalier.config.RunPaths;
import io.espalier.table.DeltaSession;
import io.espalier.table.Table;
import io.espalier.table.TableSchema;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/**
 * One experiment being run on one Spark session: what every job is handed. Used on the driver only.
 *
 * @param listener told what happens
 */
record Run(SparkSession spark, Experiment experiment, ProgressListener listener) {

  RunPaths paths() {
    return experiment.paths();
  }

  ExperimentSettings settings() {
    return experiment.settings();
  }

  /** A table of this run. */
  <R extends Record> Table<R> table(TableSchema<R> schema) {
    return Table.at(spark, schema, paths().table(schema.name()));
  }

  /** The version of the sequences table that this run's training and scoring is pinned to. */
  long sequencesVersion() {
    return table(TableSchema.SEQUENCES)
        .latestVersion()
        .orElseThrow(
            () ->
                new ConfigException(
                    "There are no sequences in %s; run espalier prepare first"
                        .formatted(RunPaths.shown(paths().table("sequences")))));
  }

  /** The session's file system settings, for tasks. */
  Map<String, String> hadoopSettings() {
    return DeltaSession.hadoopSettings(spark);
  }

  /** Tasks that can run at once, as long as no executor comes or goes. */
  int slots() {
    return Math.max(1, TaskSlots.of(spark.sparkContext()));
  }

  /** What idle time is counted in: GPUs where tasks ask Spark for them, otherwise cores. */
  int devices() {
    return conf().contains("spark.task.resource.gpu.amount")
        ? slots()
        : Math.max(1, spark.sparkContext().defaultParallelism());
  }

  /** Cores that a task may use while it is the only one: all those of its executor. */
  int coresOfOneExecutor() {
    return spark.sparkContext().isLocal()
        ? spark.sparkContext().defaultParallelism()
        : Math.max(coresPerTask(), conf().getInt("spark.executor.cores", 1));
  }

  /** Cores for each of several tasks at once. */
  int coresForEachOf(int tasks) {
    return spark.sparkContext().isLocal()
        ? Math.max(1, spark.sparkContext().defaultParallelism() / Math.max(1, tasks))
        : coresPerTask();
  }

  private int coresPerTask() {
    return conf().getInt("spark.task.cpus", 1);
  }

  private SparkConf conf() {
    return spark.sparkContext().conf();
  }
}
