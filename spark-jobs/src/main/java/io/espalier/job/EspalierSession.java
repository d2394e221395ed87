package io.espalier.job;

import io.espalier.table.DeltaSession;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/** Opens the Spark session of an experiment. */
public final class EspalierSession {
  private EspalierSession() {}

  /**
   * Opens a session with Delta, the plugin of live progress, and the experiment's file systems.
   * What spark-submit or the caller sets wins.
   *
   * @param master Spark's master; where nobody names one it is this machine
   * @param settings further settings of Spark's
   */
  public static SparkSession open(
      Experiment experiment, Optional<String> master, Map<String, String> settings) {
    SparkConf conf = new SparkConf();
    settings.forEach(conf::set);
    master.ifPresent(conf::setMaster);
    conf.setIfMissing("spark.master", "local[*]");
    conf.setIfMissing("spark.app.name", "espalier " + experiment.name());
    conf.setIfMissing("spark.plugins", EspalierPlugin.class.getName());
    conf.setIfMissing("spark.ui.showConsoleProgress", "false");
    conf.setIfMissing("spark.executorEnv.OMP_WAIT_POLICY", "PASSIVE");
    DeltaSession.SETTINGS.forEach(conf::setIfMissing);
    if (experiment.paths().root().startsWith("s3a:")) {
      // Nobody needs them, and Delta writes them by renaming, which on S3 is a copy.
      conf.setIfMissing("spark.databricks.delta.writeChecksumFile.enabled", "false");
    }
    boolean local = conf.get("spark.master").startsWith("local");
    if (local) {
      // A laptop's DNS may be slow or wrong about its own name.
      conf.setIfMissing("spark.driver.host", "127.0.0.1");
    }
    experiment.hadoopSettings().forEach((key, value) -> conf.set("spark.hadoop." + key, value));
    SparkSession spark = SparkSession.builder().config(conf).getOrCreate();
    if (!conf.contains("spark.sql.shuffle.partitions")) {
      // Spark's 200 is meant for clusters of hundreds of cores.
      int partitions = Math.max(2, spark.sparkContext().defaultParallelism());
      spark.conf().set("spark.sql.shuffle.partitions", Integer.toString(partitions));
    }
    return spark;
  }
}
