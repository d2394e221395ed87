package io.espalier.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
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
 * <p>{@code -Despalier.fault=HOST_FROZEN -Despalier.fault.seed=17} repeats one case (or several,
 * with commas); {@code -Despalier.fault.repetitions=5} does every case with five seeds. The table
 * is printed at the end.
 */
@Tag("faults")
@EnabledOnOs(OS.LINUX)
@Timeout(600)
class ClusterFaultsIT {
  private static final int REPETITIONS = Integer.getInteger("espalier.fault.repetitions", 1);
  private static final int SEED = Integer.getInteger("espalier.fault.seed", 1);
  private static final List<String> ONLY =
      List.of(System.getProperty("espalier.fault", "").split(","));

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
  private static final List<String> TABLE = new ArrayList<>();

  /** Clusters whose workers share this machine's network, and whose don't; started when needed. */
  private static final Map<Boolean, StandaloneCluster> CLUSTERS = new HashMap<>();

  private static final Map<FaultSetting, String> UNDISTURBED = new EnumMap<>(FaultSetting.class);

  @BeforeAll
  static void prepare() throws Exception {
    tiny = TinyExperiment.in(folder);
    prepared = PreparedRun.in(folder.resolve("prepared"), tiny, TRAINING);
  }

  private static StandaloneCluster cluster(FaultSetting setting) throws Exception {
    StandaloneCluster there = CLUSTERS.get(setting.hasHosts());
    if (there == null) {
      List<String> options = ClusterFault.WORKER_OPTIONS;
      there =
          setting.hasHosts()
              ? StandaloneCluster.start(folder.resolve("hosts"), 2, options, HostNetwork.of(2))
              : StandaloneCluster.start(folder.resolve("cluster"), 2, options);
      CLUSTERS.put(setting.hasHosts(), there);
    }
    return there;
  }

  /** The digest of a training that nothing happens to. */
  private static String undisturbed(FaultSetting setting) throws Exception {
    String known = UNDISTURBED.get(setting);
    if (known != null) {
      return known;
    }
    Path run = prepared.copyTo(folder.resolve("undisturbed-" + setting));
    long start = System.nanoTime();
    try (DriverProcess driver = driver(setting, run)) {
      driver.start();
      driver.awaitSuccess();
    }
    TABLE.add(row("undisturbed", 0, 0, 0, start));
    String digest = new ExpertsUnderWay(run, CHECKPOINT_STEPS, LAST_STEP).digest();
    UNDISTURBED.put(setting, digest);
    return digest;
  }

  @AfterAll
  static void stop() throws Exception {
    for (Map.Entry<Boolean, StandaloneCluster> each : CLUSTERS.entrySet()) {
      each.getValue().close();
      if (each.getKey()) {
        each.getValue().network().remove();
      }
    }
    System.out.printf(
        Locale.ROOT,
        "Checkpoints every " + CHECKPOINT_STEPS + " updates.%n%-17s %6s %12s %14s %10s%n",
        "fault",
        "seed",
        "unsaved s",
        "recovered s",
        "in all s");
    TABLE.forEach(System.out::println);
  }

  static Stream<Arguments> cases() {
    return Stream.of(ClusterFault.values())
        .filter(fault -> ONLY.contains("") || ONLY.contains(fault.name()))
        .flatMap(
            fault ->
                IntStream.range(SEED, SEED + REPETITIONS).mapToObj(s -> Arguments.of(fault, s)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theRunEndsAsIfNothingHadHappened(ClusterFault fault, int seed) throws Exception {
    String missing = fault.missing();
    assumeTrue(missing.isEmpty(), missing);
    String expected = undisturbed(fault.setting().sameBitsAs());
    StandaloneCluster cluster = cluster(fault.setting());
    RunDisk disk = fault.disk(folder.resolve("%s-%d".formatted(fault, seed)));
    try {
      assertThat(disturbed(fault, seed, disk)).isEqualTo(expected);
    } finally {
      cluster.awaitWorkers(2);
      disk.unmount();
    }
  }

  /** The digest of a training that a fault is done to. */
  private static String disturbed(ClusterFault fault, int seed, RunDisk disk) throws Exception {
    Path run = prepared.copyTo(disk.folder().resolve("run"));
    ExpertsUnderWay experts = new ExpertsUnderWay(run, CHECKPOINT_STEPS, LAST_STEP);
    long start = System.nanoTime();
    try (DriverProcess driver = driver(fault.setting(), run)) {
      driver.start();
      Disturbance disturbance =
          new Disturbance(
              cluster(fault.setting()),
              driver,
              experts,
              disk,
              new Random(seed * 31L + fault.name().hashCode()));
      disturbance.awaitMoment();
      Map<String, Long> before = experts.steps();
      long struck = System.currentTimeMillis();
      double unsaved = experts.secondsUnsaved(struck);
      fault.strike(disturbance);
      disturbance.awaitRecovery(before);
      double recovered = (System.currentTimeMillis() - struck) / 1e3;
      driver.awaitSuccess();
      TABLE.add(row(fault.name(), seed, unsaved, recovered, start));
    }
    return experts.digest();
  }

  private static String row(
      String fault, int seed, double unsaved, double recovered, long startNanos) {
    return String.format(
        Locale.ROOT,
        "%-17s %6d %12.2f %14.1f %10.1f",
        fault,
        seed,
        unsaved,
        recovered,
        (System.nanoTime() - startNanos) / 1e9);
  }

  private static DriverProcess driver(FaultSetting setting, Path run) throws Exception {
    return new DriverProcess(cluster(setting), "train-experts", tiny, run, setting.with(TRAINING))
        .with(IMPATIENT);
  }
}
