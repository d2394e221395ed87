package io.espalier.storage;

import io.delta.tables.DeltaTable;
import io.espalier.table.DeltaSession;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * A driver of its own that appends to a table and merges into another for a while, as fast as it
 * can; says how many commits it was told had succeeded.
 */
final class CommittingDriver {
  /** On a machine so busy that the time is over before. */
  private static final int LEAST_APPENDS = 8;

  private CommittingDriver() {}

  /** Own name, folder of the tables, seconds, log store, settings of the file system. */
  public static void main(String[] arguments) {
    String name = arguments[0];
    String folder = arguments[1];
    SparkSession.Builder builder =
        SparkSession.builder()
            .master("local[1]")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "1");
    DeltaSession.SETTINGS.forEach(builder::config);
    builder.config("spark.delta.logStore.s3a.impl", arguments[3]);
    for (String setting : List.of(arguments).subList(4, arguments.length)) {
      String[] keyAndValue = setting.split("=", 2);
      builder.config("spark.hadoop." + keyAndValue[0], keyAndValue[1]);
    }
    SparkSession spark = builder.getOrCreate();
    long end = System.nanoTime() + (long) (Double.parseDouble(arguments[2]) * 1e9);
    int appends = 0;
    int merges = 0;
    while (System.nanoTime() < end || appends < LEAST_APPENDS) {
      rows(spark, name, appends).write().format("delta").mode("append").save(folder + "/appended");
      appends++;
      if (appends % 3 == 0 && merge(spark, folder + "/merged", name, merges)) {
        merges++;
      }
    }
    System.out.println("appends=%d merges=%d".formatted(appends, merges));
    spark.stop();
  }

  private static Dataset<Row> rows(SparkSession spark, String writer, int number) {
    return spark.sql("select '%s' as writer, %d as number".formatted(writer, number));
  }

  /** Two merges at once may conflict: then Delta says so, and it counts for nothing. */
  private static boolean merge(SparkSession spark, String table, String name, int number) {
    try {
      DeltaTable.forPath(spark, table)
          .as("there")
          .merge(
              rows(spark, name, number).as("new"),
              "there.writer = new.writer and there.number = new.number")
          .whenMatched()
          .updateAll()
          .whenNotMatched()
          .insertAll()
          .execute();
      return true;
    } catch (RuntimeException e) {
      if (e.getClass().getSimpleName().startsWith("Concurrent")) {
        return false;
      }
      throw e;
    }
  }
}
