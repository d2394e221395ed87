package io.espalier.job;

import io.espalier.config.ConfigException;
import io.espalier.table.DeltaSession;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/** Opens the Spark session of an experiment. */
public final class EspalierSession {
  private static final String PROMETHEUS = "org.apache.spark.metrics.sink.PrometheusServlet";

  /** Spark's minor version that Delta and this code are built for. */
  private static final String SPARK = "4.1";

  private EspalierSession() {}

  /**
   * Opens a session with Delta, the plugin of live progress, and the experiment's file systems.
   * What spark-submit or the caller sets wins.
   *
   * @param master Spark's master; where nobody names one it is this machine
   * @param settings further settings of Spark's
   * @throws ConfigException if this version of Spark or the master won't do, or a secret is missing
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
    conf.setIfMissing("spark.metrics.conf.driver.sink.prometheusServlet.class", PROMETHEUS);
    conf.setIfMissing(
        "spark.metrics.conf.driver.sink.prometheusServlet.path", "/metrics/prometheus");
    conf.setIfMissing("spark.decommission.enabled", "true"); // Or trainings get no notice.
    conf.setIfMissing("spark.executorEnv.OMP_WAIT_POLICY", "PASSIVE");
    DeltaSession.SETTINGS.forEach(conf::setIfMissing);
    requireFitting(org.apache.spark.package$.MODULE$.SPARK_VERSION());
    ClusterSecret.complete(conf, System.getenv());
    ReachableMaster.check(conf.get("spark.master"));
    boolean local = conf.get("spark.master").startsWith("local");
    if (local) {
      // A laptop's DNS may be slow or wrong about its own name.
      conf.setIfMissing("spark.driver.host", "127.0.0.1");
    }
    experiment.hadoopSettings().forEach((key, value) -> conf.set("spark.hadoop." + key, value));
    return open(conf);
  }

  private static SparkSession open(SparkConf conf) {
    try {
      SparkSession spark = SparkSession.builder().config(conf).getOrCreate();
      setPartitions(spark, conf);
      return spark;
    } catch (IllegalStateException e) {
      if (!String.valueOf(e.getMessage()).contains("stopped SparkContext")) {
        throw e;
      }
      // The master answered, but took no application: Spark gives up after a minute.
      throw new ConfigException(
          "--master is %s but takes no application of this one's; its log says why (another secret, encryption or version of Spark)"
              .formatted(conf.get("spark.master")),
          e);
    }
  }

  private static void setPartitions(SparkSession spark, SparkConf conf) {
    if (!conf.contains("spark.sql.shuffle.partitions")) {
      // Spark's 200 is meant for clusters of hundreds of cores.
      int partitions = Math.max(2, spark.sparkContext().defaultParallelism());
      spark.conf().set("spark.sql.shuffle.partitions", Integer.toString(partitions));
    }
  }

  /** Delta of one minor version of Spark fails in another with errors that name no version. */
  static void requireFitting(String version) {
    if (!version.startsWith(SPARK + ".")) {
      throw new ConfigException(
          "Spark is %s but must be %s.x; SPARK_HOME of such a distribution would work"
              .formatted(version, SPARK));
    }
  }
}
