package io.espalier.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Workers join and leave while models are trained. */
@Tag("long")
@EnabledOnOs(OS.LINUX)
@Timeout(900)
class ElasticTrainingIT {
  private static final String[] TRAINING = {
    "packing.sequence_length_tokens=64",
    "model.layers=2",
    "model.hidden_size=128",
    "training.steps=400",
    "training.checkpoint_steps=10"
  };

  @TempDir private static Path shared;
  private static TinyExperiment tiny;
  private static PreparedRun prepared;

  @TempDir private Path folder;
  private StandaloneCluster cluster;
  private SparkSession spark;

  @BeforeAll
  static void prepare() throws Exception {
    tiny = TinyExperiment.in(shared);
    prepared = PreparedRun.in(shared.resolve("prepared"), tiny, TRAINING);
  }

  @BeforeEach
  void startWithOneWorkerOfOneSlot() throws Exception {
    cluster = StandaloneCluster.start(folder.resolve("cluster"), 1);
    Map<String, String> settings = new HashMap<>(cluster.twoExecutors());
    settings.put("spark.executor.cores", "2"); // A whole worker: its executor leaves with it.
    settings.put("spark.task.cpus", "2");
    settings.put("spark.cores.max", "4");
    spark =
        EspalierSession.open(
            tiny.to(folder.resolve("run"), TRAINING), Optional.of(cluster.url()), settings);
    TaskSlots.await(spark.sparkContext(), 1, line -> {});
  }

  @AfterEach
  void stop() {
    spark.stop();
    cluster.close();
  }

  @Test
  void waitingExpertsTakeTheSlotsOfAWorkerThatJoinsAndOutliveOneThatLeaves() throws Exception {
    Experiment experiment = tiny.to(prepared.copyTo(folder.resolve("run")), TRAINING);
    RecordedEvents events = new RecordedEvents();
    Set<String> executors = new ConcurrentSkipListSet<>();
    spark.sparkContext().addSparkListener(executorsTo(executors));
    CompletableFuture<Void> training =
        CompletableFuture.runAsync(() -> Pipeline.trainExperts(spark, experiment, events));
    await(training, () -> checkpointed(experiment) >= 1);
    assertThat(executors).hasSize(1);

    cluster.startWorker(1, List.of());
    await(training, () -> executors.size() == 2 && checkpointed(experiment) >= 2);

    cluster.executorsOf(0).forEach(ProcessHandle::destroyForcibly);
    cluster.process("worker-0").destroyForcibly();
    training.get(5, TimeUnit.MINUTES);
    assertThat(complete(experiment)).isEqualTo(TinyExperiment.TRAINING.size());
  }

  @Test
  void ranksWaitForTheSlotsThatAreMissingAndSaySo() throws Exception {
    Experiment experiment =
        tiny.to(
            prepared.copyWithoutSeedTo(folder.resolve("run")),
            Stream.concat(
                    Stream.of(TRAINING),
                    Stream.of("training.parallel.tensor_parallel_size=2", "training.steps=20"))
                .toArray(String[]::new));
    RankEvents events = new RankEvents();
    Run run = new Run(spark, experiment, events);
    RunModel model = RunModel.of(run);
    CompletableFuture<Void> training =
        CompletableFuture.runAsync(
            () ->
                new ParallelTraining(run, model.spec(), model.files())
                    .train("train-seed", List.of(model.planner().seed())));
    await(training, () -> !events.messages().isEmpty());
    assertThat(events.messages().get(0))
        .isEqualTo(
            "train-seed seed: waits for 2 slots, because its ranks start together; Spark has 1");

    cluster.startWorker(1, List.of());
    training.get(5, TimeUnit.MINUTES);
    assertThat(folder.resolve("run/checkpoints/seed/step-00000010/manifest.json")).exists();
  }

  private interface Condition {
    boolean holds() throws Exception;
  }

  private static void await(CompletableFuture<Void> training, Condition condition)
      throws Exception {
    while (!condition.holds()) {
      if (training.isDone()) {
        training.join(); // Throws what it failed with.
        throw new AssertionError("the training ended before what was awaited");
      }
      Thread.sleep(20);
    }
  }

  /** Experts that have a checkpoint. */
  private static long checkpointed(Experiment experiment) {
    return folders(experiment).filter(folder -> steps(folder) > 0).count();
  }

  private static long complete(Experiment experiment) {
    return folders(experiment)
        .filter(folder -> Files.exists(folder.resolve("step-00000400/manifest.json")))
        .count();
  }

  private static Stream<Path> folders(Experiment experiment) {
    Path root = Path.of(experiment.paths().localRoot().orElseThrow().toString());
    return TinyExperiment.TRAINING.keySet().stream()
        .map(domain -> root.resolve("checkpoints/experts/" + domain));
  }

  private static int steps(Path folder) {
    String[] names = folder.toFile().list((parent, name) -> name.startsWith("step-"));
    return names == null ? 0 : names.length;
  }

  private static SparkListener executorsTo(Set<String> executors) {
    return new SparkListener() {
      @Override
      public void onTaskStart(SparkListenerTaskStart event) {
        executors.add(event.taskInfo().executorId());
      }
    };
  }
}
