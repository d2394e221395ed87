package io.espalier.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.Serializable;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A master, two workers with two pretended GPUs each, executors as processes: Spark's addresses
 * reach tasks, and more tasks than GPUs queue.
 */
@Tag("long")
@Timeout(900)
class GpuClusterIT {
  private static final int GPUS = 4;
  private static final int PLANS = 7;

  @TempDir private static Path folder;
  private static StandaloneCluster cluster;
  private static SparkSession spark;
  private static TinyExperiment tiny;

  /** A task's time on a GPU; all processes are on this machine and have one clock. */
  private record OnGpu(int plan, String address, long fromMilliseconds, long toMilliseconds)
      implements Serializable {
    private static final long serialVersionUID = 1L;

    boolean overlaps(OnGpu other) {
      return fromMilliseconds < other.toMilliseconds && other.fromMilliseconds < toMilliseconds;
    }
  }

  @BeforeAll
  static void startWithGpus() throws Exception {
    tiny = TinyExperiment.in(folder);
    cluster = StandaloneCluster.startWithGpus(folder.resolve("cluster"), 2, 2);
    Map<String, String> settings = new HashMap<>(cluster.twoExecutors());
    settings.put("spark.cores.max", "4");
    settings.put("spark.executor.cores", "2");
    settings.put("spark.executor.resource.gpu.amount", "2");
    settings.put("spark.task.resource.gpu.amount", "1");
    Experiment experiment = tiny.to(folder.resolve("run"), "training.device=cpu");
    spark = EspalierSession.open(experiment, Optional.of(cluster.url()), settings);
    TaskSlots.await(spark.sparkContext(), GPUS, line -> {});
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

  @Test
  void addressesReachTasksNoTwoShareOneAndTheRestQueue() {
    List<OnGpu> worked =
        OneTaskPerPlan.longestFirst(
            spark, "gpus", IntStream.range(0, PLANS).boxed().toList(), p -> 1, GpuClusterIT::work);

    assertThat(worked).hasSize(PLANS);
    assertThat(worked).extracting(OnGpu::address).containsOnly("0", "1", "2", "3");
    for (OnGpu one : worked) {
      assertThat(worked)
          .filteredOn(other -> other.plan() != one.plan() && other.overlaps(one))
          .extracting(OnGpu::address)
          .doesNotContain(one.address());
    }
  }

  /** Long enough that every executor has its turn. */
  private static OnGpu work(int plan) throws InterruptedException {
    long from = System.currentTimeMillis();
    ResourceInformation gpu = Objects.requireNonNull(TaskContext.get().resourcesJMap().get("gpu"));
    String address = gpu.addresses()[0];
    Thread.sleep(500);
    return new OnGpu(plan, address, from, System.currentTimeMillis());
  }

  @Test
  void anAddressIsTheDeviceThatATaskComputesOn() {
    List<String> devices =
        OneTaskPerPlan.longestFirst(
            spark, "devices", List.of(0, 1, 2, 3), p -> 1, GpuClusterIT::device);
    assertThat(devices)
        .allSatisfy(
            answer ->
                assertThat(answer).containsPattern("device is cuda:[0-3] but .*cpu would work"));
    assertThat(devices).doesNotHaveDuplicates();
  }

  /** Here there is no card behind the address: the refusal names what was tried. */
  private static String device(int plan) throws InterruptedException {
    Thread.sleep(500);
    try {
      return TaskDevice.of("auto");
    } catch (io.espalier.config.ConfigException e) {
      return String.valueOf(e.getMessage());
    }
  }

  @Test
  void slotsAreGpusWhereThereAreFewerOfThemThanCores() {
    assertThat(TaskSlots.of(spark.sparkContext())).isEqualTo(GPUS);
  }
}
