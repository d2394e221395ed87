package io.espalier.job;

import static io.espalier.job.DisturbedTraining.newestCheckpoint;
import static io.espalier.job.DisturbedTraining.weights;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.espalier.config.ConfigException;
import io.espalier.job.DisturbedTraining.Fault;
import io.espalier.job.RankEvents.Failed;
import io.espalier.job.RankEvents.WentOn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Two tensor-parallel ranks in executors of a standalone cluster, one of which, or whose driver, is
 * killed or stopped in the middle of its work: the training goes on from its last checkpoint and
 * ends with the bits of an undisturbed one. How long that took is printed.
 *
 * <p>{@code -Despalier.fault.repetitions=5} repeats every fault, and loses more ranks in a row than
 * Spark allows a stage.
 */
@EnabledOnOs(OS.LINUX)
@Timeout(1800)
class LostRankIT {
  private static final int REPETITIONS = Integer.getInteger("espalier.fault.repetitions", 1);
  private static final int TIMEOUT_SECONDS = 5;

  /**
   * A second is promised on a machine that has nothing else to do; tests share theirs with others.
   * What would only be noticed by the deadline comes later than this.
   */
  private static final double NOTICED_SECONDS = 4;

  /** Spark gives a stage up that has failed four times. */
  private static final int MORE_THAN_SPARK_ALLOWS = 5;

  private static final String[] TRAINING = {
    "packing.sequence_length_tokens=64",
    "model.layers=2",
    "model.hidden_size=128",
    "training.steps=30",
    "training.checkpoint_steps=3",
    "training.parallel.tensor_parallel_size=2",
    "training.parallel.timeout_seconds=" + TIMEOUT_SECONDS
  };

  @TempDir private static Path folder;
  private static TinyExperiment tiny;
  private static StandaloneCluster cluster;
  private static SparkSession spark;
  private static String undisturbed;

  @BeforeAll
  static void trainUndisturbed() throws Exception {
    tiny = TinyExperiment.in(folder);
    cluster = StandaloneCluster.start(folder.resolve("cluster"), 2);
    Experiment prepared = tiny.to(folder.resolve("prepared"), TRAINING);
    spark = EspalierSession.open(prepared, Optional.of(cluster.url()), cluster.twoExecutors());
    Pipeline.prepare(spark, prepared, new RecordedEvents());
    Path run = copyOfPrepared("undisturbed");
    try (DisturbedTraining training = start(run)) {
      training.join();
    }
    undisturbed = weights(run);
  }

  @AfterAll
  static void stop() {
    if (spark != null) {
      spark.stop();
    }
    if (cluster != null) {
      cluster.close();
    }
  }

  static Stream<Arguments> moments() {
    return repetitions()
        .boxed()
        .flatMap(i -> Stream.of(Moment.values()).map(moment -> Arguments.of(moment, i)));
  }

  static IntStream repetitions() {
    return IntStream.range(0, REPETITIONS);
  }

  @ParameterizedTest
  @MethodSource("moments")
  void aRankThatIsKilledIsReplaced(Moment moment, int repetition) throws Exception {
    Path run = copyOfPrepared("%s-%d".formatted(moment, repetition));
    try (DisturbedTraining training = start(run)) {
      Fault fault = training.killAt(moment);
      training.join();

      Failed noticed = training.events().failureOf(1 - moment.rank);
      WentOn recovery = training.events().recoveries().get(0);
      training.print(fault, noticed, recovery);
      assertThat(fault.secondsUntil(noticed.atMilliseconds())).isLessThan(NOTICED_SECONDS);
      assertThat(recovery.step()).isGreaterThanOrEqualTo(fault.checkpoint());
      assertThat(weights(run)).isEqualTo(undisturbed);
      assertThat(cluster.temporary()).isDirectoryNotContaining("glob:**/espalier-comm-*");
    }
  }

  @ParameterizedTest
  @MethodSource("repetitions")
  void aRankThatHangsIsReplaced(int repetition) throws Exception {
    Path run = copyOfPrepared("stopped-" + repetition);
    try (DisturbedTraining training = start(run)) {
      Fault fault = training.stop(1);
      training.join();

      Failed noticed = training.events().failureOf(0);
      WentOn recovery = training.events().recoveries().get(0);
      training.print(fault, noticed, recovery);
      assertThat(noticed.reason()).contains("rank 1", "timeout_seconds");
      assertThat(fault.secondsUntil(noticed.atMilliseconds())).isLessThan(TIMEOUT_SECONDS + 1);
      assertThat(recovery.step()).isGreaterThanOrEqualTo(fault.checkpoint());
      assertThat(weights(run)).isEqualTo(undisturbed);
    }
  }

  @ParameterizedTest
  @MethodSource("repetitions")
  void aDriverThatIsKilledIsStartedAgain(int repetition) throws Exception {
    Path run = copyOfPrepared("driver-" + repetition);
    try (DriverProcess driver = new DriverProcess(cluster, "train-seed", tiny, run, TRAINING)) {
      driver.start();
      driver.awaitCheckpointAfter(0);
      Fault fault = new Fault("driver killed", System.currentTimeMillis(), newestCheckpoint(run));
      driver.kill();
      driver.awaitEndOfExecutors(spark.sparkContext().applicationId());
      double ended = fault.secondsUntil(System.currentTimeMillis());
      long newest = newestCheckpoint(run);
      driver.start();
      driver.awaitCheckpointAfter(newest);
      double recovery = fault.secondsUntil(System.currentTimeMillis());
      driver.awaitSuccess();

      System.out.printf(
          "driver killed after the checkpoint of update %d: its executors had ended after %.1f s;"
              + " started again, the next checkpoint came %.1f s after the kill%n",
          newest, ended, recovery);
      assertThat(weights(run)).isEqualTo(undisturbed);
    }
  }

  @Test
  void aTrainingOutlivesMoreLostRanksThanSparkAllowsAStage() throws Exception {
    assumeTrue(REPETITIONS > 1, "one pass is to be short");
    Path run = copyOfPrepared("often");
    try (DisturbedTraining training = start(run)) {
      for (int i = 0; i < MORE_THAN_SPARK_ALLOWS; i++) {
        Fault fault = training.killAt(Moment.BACKWARD);
        training.awaitRecovery(i + 1);
        System.out.printf(
            "%s, for the %d. time: went on after update %d%n",
            fault.what(), i + 1, training.events().recoveries().get(i).step());
      }
      training.join();
      assertThat(weights(run)).isEqualTo(undisturbed);
    }
  }

  @Test
  void ranksOfTwoVersionsOfTheCodeAreRefused() throws Exception {
    Path package0 = cluster.firstOnClassPath(1).resolve("io/espalier/job");
    Path properties = Files.createDirectories(package0).resolve("git.properties");
    Files.writeString(properties, "git.build.version=0.0.9\ngit.commit.id.full=0123456789\n");
    try {
      Experiment experiment = tiny.to(copyOfPrepared("two-versions"), TRAINING);
      RankEvents events = new RankEvents();
      assertThatThrownBy(() -> Pipeline.trainSeed(spark, experiment, events))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("fingerprint is code")
          .hasMessageContaining("code 0.0.9 (0123456789)")
          .hasMessageContaining("start all ranks with one configuration and one version");
      assertThat(events.messages()).as("attempts that failed before").isEmpty();
    } finally {
      Files.delete(properties);
    }
  }

  private static DisturbedTraining start(Path run) {
    return DisturbedTraining.start(cluster, spark, tiny.to(run, TRAINING));
  }

  private static Path copyOfPrepared(String name) throws IOException {
    Path prepared = folder.resolve("prepared");
    Path copy = folder.resolve(name);
    try (Stream<Path> files = Files.walk(prepared)) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(prepared.relativize(file).toString()));
      }
    }
    return copy;
  }
}
