package io.espalier.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The table of faults: three experts train on two executors of a standalone cluster, all of them
 * processes; something happens; the run ends with the bits of an undisturbed one.
 *
 * <p>{@code -Despalier.fault=HOST_FROZEN -Despalier.fault.seed=17} repeats one case; {@code
 * -Despalier.fault.repetitions=5} does every case with five seeds. The table is printed at the end.
 */
@Tag("faults")
@EnabledOnOs(OS.LINUX)
@Timeout(600)
class ClusterFaultsIT {
  private static final int REPETITIONS = Integer.getInteger("espalier.fault.repetitions", 1);
  private static final int SEED = Integer.getInteger("espalier.fault.seed", 1);
  private static final String ONLY = System.getProperty("espalier.fault", "");

  private static final long LAST_STEP = 300;
  private static final int CHECKPOINT_STEPS = 5;
  private static final String[] TRAINING = {
    "packing.sequence_length_tokens=64",
    "model.layers=2",
    "model.hidden_size=128",
    "training.steps=" + LAST_STEP,
    "training.checkpoint_steps=" + CHECKPOINT_STEPS
  };

  /** Spark notices silence in seconds instead of minutes. */
  private static final Map<String, String> IMPATIENT =
      Map.of(
          "spark.executor.heartbeatInterval", "500ms",
          "spark.network.timeout", "5s",
          "spark.network.timeoutInterval", "1s");

  @TempDir private static Path folder;
  private static TinyExperiment tiny;
  private static PreparedRun prepared;
  private static StandaloneCluster cluster;
  private static String undisturbed;
  private static double undisturbedSeconds;
  private static final List<String> TABLE = new ArrayList<>();

  @BeforeAll
  static void trainUndisturbed() throws Exception {
    tiny = TinyExperiment.in(folder);
    cluster = StandaloneCluster.start(folder.resolve("cluster"), 2, ClusterFault.WORKER_OPTIONS);
    prepared = PreparedRun.in(folder.resolve("prepared"), tiny, TRAINING);
    Path run = prepared.copyTo(folder.resolve("undisturbed"));
    long start = System.nanoTime();
    try (DriverProcess driver = driver(run)) {
      driver.start();
      driver.awaitSuccess();
    }
    undisturbedSeconds = (System.nanoTime() - start) / 1e9;
    undisturbed = new ExpertsUnderWay(run, CHECKPOINT_STEPS, LAST_STEP).digest();
  }

  @AfterAll
  static void stop() {
    if (cluster != null) {
      cluster.close();
    }
    System.out.printf(
        Locale.ROOT,
        "Undisturbed: %.1f s. Checkpoints every "
            + CHECKPOINT_STEPS
            + " updates.%n%-17s %6s %12s %14s %10s%n",
        undisturbedSeconds,
        "fault",
        "seed",
        "unsaved s",
        "recovered s",
        "in all s");
    TABLE.forEach(System.out::println);
  }

  static Stream<Arguments> cases() {
    return Stream.of(ClusterFault.values())
        .filter(fault -> ONLY.isEmpty() || fault.name().equals(ONLY))
        .flatMap(
            fault ->
                IntStream.range(SEED, SEED + REPETITIONS).mapToObj(s -> Arguments.of(fault, s)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theRunEndsAsIfNothingHadHappened(ClusterFault fault, int seed) throws Exception {
    String missing = fault.missing();
    assumeTrue(missing.isEmpty(), missing);
    Path disk = Files.createDirectories(folder.resolve("%s-%d".formatted(fault, seed)));
    boolean isMounted = mount(disk);
    try {
      disturb(fault, seed, disk);
    } finally {
      cluster.awaitWorkers(2);
      if (isMounted) {
        Shell.run("umount", "-l", disk.toString());
      }
    }
  }

  private static void disturb(ClusterFault fault, int seed, Path disk) throws Exception {
    Path run = prepared.copyTo(disk.resolve("run"));
    ExpertsUnderWay experts = new ExpertsUnderWay(run, CHECKPOINT_STEPS, LAST_STEP);
    long start = System.nanoTime();
    try (DriverProcess driver = driver(run)) {
      driver.start();
      Disturbance disturbance =
          new Disturbance(
              cluster, driver, experts, disk, new Random(seed * 31L + fault.name().hashCode()));
      disturbance.awaitMoment();
      Map<String, Long> before = experts.steps();
      long struck = System.currentTimeMillis();
      double unsaved = experts.secondsUnsaved(struck);
      fault.strike(disturbance);
      disturbance.awaitRecovery(before);
      double recovered = (System.currentTimeMillis() - struck) / 1e3;
      driver.awaitSuccess();
      TABLE.add(
          String.format(
              Locale.ROOT,
              "%-17s %6d %12.2f %14.1f %10.1f",
              fault,
              seed,
              unsaved,
              recovered,
              (System.nanoTime() - start) / 1e9));
    }
    assertThat(experts.digest()).isEqualTo(undisturbed);
  }

  private static DriverProcess driver(Path run) {
    return new DriverProcess(cluster, "train-experts", tiny, run, TRAINING).with(IMPATIENT);
  }

  /** A small disk of its own, where that can be had. */
  private static boolean mount(Path disk) throws Exception {
    return Shell.succeeds("mount", "-t", "tmpfs", "-o", "size=400m", "tmpfs", disk.toString());
  }
}
