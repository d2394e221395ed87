package io.espalier.table;

import org.apache.spark.sql.SparkSession;

/** One Spark session on two local cores, shared by all tests of the JVM. */
public final class LocalSpark {
  private LocalSpark() {}

  public static SparkSession session() {
    SparkSession.Builder builder =
        SparkSession.builder()
            .master("local[2]")
            .appName("tests")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.sql.shuffle.partitions", "2")
            .config("spark.sql.session.timeZone", "UTC");
    DeltaSession.SETTINGS.forEach(builder::config);
    SparkSession spark = builder.getOrCreate();
    spark.sparkContext().setLogLevel("ERROR");
    return spark;
  }
}
