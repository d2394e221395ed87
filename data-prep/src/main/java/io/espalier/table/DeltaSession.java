package io.espalier.table;

import io.espalier.config.ConfigException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/** What a Spark session needs so that it can write and read the tables. */
public final class DeltaSession {
  private static final String S3_LOG_STORE = "spark.delta.logStore.s3a.impl";
  private static final String DELTAS_OWN = "io.delta.storage.S3SingleDriverLogStore";

  /** Delta's own that look first and then put, or rename. */
  private static final Set<String> UNSAFE =
      Set.of(
          "S3SingleDriverLogStore",
          "HDFSLogStore",
          "LocalLogStore",
          "AzureLogStore",
          "GCSLogStore",
          "IBMCOSLogStore",
          "OracleCloudLogStore");

  /** Hadoop 3.4.2 on S3A: what is read side by side isn't read again where a connection breaks. */
  private static final String SIDE_BY_SIDE = "parquet.hadoop.vectored.io.enabled";

  /** Session settings, to be given before the session starts. */
  public static final Map<String, String> SETTINGS =
      Map.of(
          "spark.sql.extensions",
          "io.delta.sql.DeltaSparkSessionExtension",
          "spark.sql.catalog.spark_catalog",
          "org.apache.spark.sql.delta.catalog.DeltaCatalog",
          // Delta's own choice for S3 loses commits of two drivers.
          S3_LOG_STORE,
          ConditionalLogStore.class.getName(),
          "spark.hadoop." + SIDE_BY_SIDE,
          "false",
          // The log of a run is short: Spark's 50 tasks to replay it would cost more than the work.
          "spark.databricks.delta.snapshotPartitions",
          "2");

  private DeltaSession() {}

  /**
   * Refuses a session whose log store would lose commits to a location, where two drivers make
   * them.
   *
   * @param conf of the session's context, which Delta reads
   * @param location of a run, as a URI
   * @throws ConfigException naming the setting
   */
  public static void requireSafeLog(SparkConf conf, String location) {
    if (!location.startsWith("s3a:")) {
      return;
    }
    for (String key : List.of(S3_LOG_STORE, "spark.delta.logStore.class")) {
      String value = conf.get(key, key.equals(S3_LOG_STORE) ? DELTAS_OWN : "");
      if (UNSAFE.contains(value.replaceFirst(".*[.]", ""))) {
        throw new ConfigException(
            "%s is %s but %s lies on S3, where that loses commits of two drivers; %s would work, set before the session starts"
                .formatted(key, value, location, ConditionalLogStore.class.getName()));
      }
    }
  }

  /** Hadoop's settings where no session is, with those that reading tables safely needs. */
  static Configuration configuration(Map<String, String> hadoopSettings) {
    Configuration configuration = new Configuration();
    configuration.setBoolean(SIDE_BY_SIDE, false);
    hadoopSettings.forEach(configuration::set);
    return configuration;
  }

  /** The session's Hadoop settings, which tasks hand to {@link PinnedSequences#open}. */
  public static Map<String, String> hadoopSettings(SparkSession spark) {
    Configuration configuration = spark.sessionState().newHadoopConf();
    Map<String, String> settings = new TreeMap<>();
    configuration.forEach(entry -> settings.put(entry.getKey(), entry.getValue()));
    return settings;
  }
}
