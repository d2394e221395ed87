package io.espalier.job;

import io.espalier.config.ConfigException;
import java.util.Map;
import org.apache.spark.SparkConf;

/**
 * The secret by which the processes of a standalone cluster know one another ({@code
 * spark.authenticate}). It is taken from the environment: arguments of processes are there for
 * every user of a machine to read. On YARN and Kubernetes Spark makes one for each application
 * itself.
 */
public final class ClusterSecret {
  private static final String KEY = "spark.authenticate.secret";

  /** Where Spark's own processes look for it, and where workers hand it on to executors. */
  private static final String VARIABLE = "_SPARK_AUTH_SECRET";

  private ClusterSecret() {}

  /**
   * Refuses a secret among the settings of a command line.
   *
   * @throws ConfigException in one sentence, which doesn't repeat it
   */
  public static void refuseIn(Map<String, String> settings) {
    if (settings.containsKey(KEY)) {
      throw new ConfigException(
          "--conf %s is a secret but stands among the arguments, where every user of this machine can read it; the environment variable %s would work"
              .formatted(KEY, VARIABLE));
    }
  }

  /**
   * Adds the secret of the environment where a cluster's processes need one and nothing else, such
   * as a file of Spark's settings, has given it.
   *
   * @throws ConfigException if there is none
   */
  static void complete(SparkConf conf, Map<String, String> environment) {
    boolean needed =
        conf.getBoolean("spark.authenticate", false)
            && conf.get("spark.master", "").startsWith("spark://");
    if (!needed || conf.contains(KEY)) {
      return;
    }
    String secret = environment.getOrDefault(VARIABLE, "");
    if (secret.isEmpty()) {
      throw new ConfigException(
          "spark.authenticate is true but the environment variable %s isn't set; the secret of the cluster's master and workers would work"
              .formatted(VARIABLE));
    }
    conf.set(KEY, secret);
  }
}
