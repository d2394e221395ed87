package io.espalier.table;

import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;

/** What a Spark session needs so that it can write and read the tables. */
public final class DeltaSession {
  /** Session settings, to be given before the session starts. */
  public static final Map<String, String> SETTINGS =
      Map.of(
          "spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension",
          "spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog",
          // The log of a run is short: Spark's 50 tasks to replay it would cost more than the work.
          "spark.databricks.delta.snapshotPartitions", "2",
          // Everything names the version it was made from; Delta would forget how to read those of
          // thirty days ago.
          "spark.databricks.delta.properties.defaults.logRetentionDuration", "interval 36500 days",
          // Pages are written with a CRC-32; this compares it whenever one is read.
          "spark.hadoop.parquet.page.verify-checksum.enabled", "true");

  private DeltaSession() {}

  /** The session's Hadoop settings, which tasks hand to {@link PinnedSequences#open}. */
  public static Map<String, String> hadoopSettings(SparkSession spark) {
    Configuration configuration = spark.sessionState().newHadoopConf();
    Map<String, String> settings = new TreeMap<>();
    configuration.forEach(entry -> settings.put(entry.getKey(), entry.getValue()));
    return settings;
  }
}
