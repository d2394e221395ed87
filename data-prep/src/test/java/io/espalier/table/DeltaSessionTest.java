package io.espalier.table;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.config.ConfigException;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which log stores may keep a run's tables on S3. */
class DeltaSessionTest {
  private static final String RUN = "s3a://orchard/run";
  private static final String KEY = "spark.delta.logStore.s3a.impl";

  @Test
  void theSettingsOfASessionAreSafe() {
    SparkConf conf = new SparkConf(false);
    DeltaSession.SETTINGS.forEach(conf::set);
    assertThatCode(() -> DeltaSession.requireSafeLog(conf, RUN)).doesNotThrowAnyException();
  }

  @Test
  void aSessionThatSomebodyElseStartedHasDeltasOwnChoice() {
    assertThatThrownBy(() -> DeltaSession.requireSafeLog(new SparkConf(false), RUN))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "spark.delta.logStore.s3a.impl is io.delta.storage.S3SingleDriverLogStore but s3a://orchard/run lies on S3, where that loses commits of two drivers; io.espalier.table.ConditionalLogStore would work, set before the session starts");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "io.delta.storage.HDFSLogStore",
        "org.apache.spark.sql.delta.storage.S3SingleDriverLogStore"
      })
  void whatLooksFirstAndThenPutsIsRefusedOnS3Alone(String unsafe) {
    SparkConf conf = new SparkConf(false).set(KEY, unsafe);
    assertThatThrownBy(() -> DeltaSession.requireSafeLog(conf, RUN))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith(KEY + " is " + unsafe + " but ");
    assertThatCode(() -> DeltaSession.requireSafeLog(conf, "file:/runs/mine"))
        .doesNotThrowAnyException();
  }

  @Test
  void othersThatKeepTwoDriversApartAreFine() {
    SparkConf conf = new SparkConf(false).set(KEY, "io.delta.storage.S3DynamoDBLogStore");
    assertThatCode(() -> DeltaSession.requireSafeLog(conf, RUN)).doesNotThrowAnyException();
  }
}
