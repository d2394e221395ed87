package io.espalier.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.config.ConfigException;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

class ClusterSecretTest {
  private static final String KEY = "spark.authenticate.secret";

  @Test
  void aStandaloneClustersSecretComesFromTheEnvironment() {
    SparkConf conf = authenticated("spark://head:7077");
    ClusterSecret.complete(conf, Map.of("_SPARK_AUTH_SECRET", "apple"));
    assertThat(conf.get(KEY)).isEqualTo("apple");
  }

  @Test
  void aFileOfSettingsWins() {
    SparkConf conf = authenticated("spark://head:7077").set(KEY, "pear");
    ClusterSecret.complete(conf, Map.of("_SPARK_AUTH_SECRET", "apple"));
    assertThat(conf.get(KEY)).isEqualTo("pear");
  }

  @Test
  void noSecretIsRefusedWhereSparkMakesNone() {
    assertThatThrownBy(() -> ClusterSecret.complete(authenticated("spark://head:7077"), Map.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("_SPARK_AUTH_SECRET isn't set");
    SparkConf local = authenticated("local[2]");
    ClusterSecret.complete(local, Map.of("_SPARK_AUTH_SECRET", "apple"));
    assertThat(local.contains(KEY)).isFalse();
  }

  @Test
  void aSecretAmongTheArgumentsIsRefusedAndNotRepeated() {
    assertThatThrownBy(() -> ClusterSecret.refuseIn(Map.of(KEY, "apple")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("every user of this machine can read it")
        .hasMessageNotContaining("apple");
  }

  private static SparkConf authenticated(String master) {
    return new SparkConf(false).setMaster(master).set("spark.authenticate", "true");
  }
}
