package io.espalier.table;

import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;

/** What a Spark session needs so that it can write and read the tables. */
public final class DeltaSession {
  private static final String S3_LOG_STORE = "spark.delta.logStore.s3a.impl";

  /** Session settings, to be given before the session starts. */
  public static final Map<String, String> SETTINGS =
      Map.of(
          "spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension",
          "spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog",
          // Delta's own choice for S3 loses commits of two drivers.
          S3_LOG_STORE, ConditionalLogStore.class.getName(),
          // The log of a run is short: Spark's 50 tasks to replay it would cost more than the work.
          "spark.databricks.delta.snapshotPartitions", "2");

  private DeltaSession() {}

  /** The session's Hadoop settings, which tasks hand to {@link PinnedSequences#open}. */
  public static Map<String, String> hadoopSettings(SparkSession spark) {
    Configuration configuration = spark.sessionState().newHadoopConf();
    Map<String, String> settings = new TreeMap<>();
    configuration.forEach(entry -> settings.put(entry.getKey(), entry.getValue()));
    return settings;
  }
}
