package io.espalier.bench;

import io.espalier.table.DeltaSession;
import org.apache.spark.sql.SparkSession;

/** The Spark session of a measurement: the running one, else one of its own on this machine. */
final class BenchSession {
  private BenchSession() {}

  static SparkSession open(String bench) {
    SparkSession.Builder builder =
        SparkSession.builder()
            .appName("espalier bench " + bench)
            .config("spark.ui.enabled", "false");
    if (System.getProperty("spark.master") == null) {
      builder.master("local[2]");
    }
    DeltaSession.SETTINGS.forEach(builder::config);
    return builder.getOrCreate();
  }
}
