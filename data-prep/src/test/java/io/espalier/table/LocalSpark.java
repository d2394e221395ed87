package io.espalier.table;

import java.util.Map;
import org.apache.spark.sql.SparkSession;

/** One Spark session on two local cores, shared by all tests of the JVM. */
public final class LocalSpark {
  /**
   * What tests on small tables are faster with, by a third: Spark would compile code for each query
   * and plan it again after each stage, which pays for itself on tables a thousand times as large.
   * What comes out is the same; the tests of whole pipelines, in the other module, run with Spark's
   * own settings, as users do.
   */
  private static final Map<String, String> SMALL_TABLES =
      Map.of(
          "spark.sql.codegen.wholeStage", "false",
          "spark.sql.codegen.factoryMode", "NO_CODEGEN",
          "spark.sql.adaptive.enabled", "false");

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
    SMALL_TABLES.forEach(builder::config);
    DeltaSession.SETTINGS.forEach(builder::config);
    SparkSession spark = builder.getOrCreate();
    spark.sparkContext().setLogLevel("ERROR");
    return spark;
  }
}
