package io.espalier.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.SparkSession;

/**
 * The training of a seed model by two ranks of a cluster, beside which a test kills and stops them.
 */
final class DisturbedTraining implements AutoCloseable {
  private final StandaloneCluster cluster;
  private final SparkContext context;
  private final Path run;
  private final RankEvents events = new RankEvents();
  private final CompletableFuture<Void> done;

  /**
   * Something that was done to a process.
   *
   * @param checkpoint updates of the newest checkpoint then
   */
  record Fault(String what, long atMilliseconds, long checkpoint) {
    double secondsUntil(long milliseconds) {
      return (milliseconds - atMilliseconds) / 1e3;
    }
  }

  private DisturbedTraining(StandaloneCluster cluster, SparkSession spark, Experiment experiment) {
    this.cluster = cluster;
    this.context = spark.sparkContext();
    this.run = Path.of(experiment.paths().localRoot().orElseThrow().toString());
    context.addSparkListener(events);
    this.done = CompletableFuture.runAsync(() -> train(new Run(spark, experiment, events)));
  }

  /** The training alone: the tables that are written afterwards would double the test's time. */
  private static void train(Run run) {
    EspalierPlugin.listen(run.listener());
    RunModel model = RunModel.of(run);
    new ParallelTraining(run, model.spec(), model.files())
        .train("train-seed", List.of(model.planner().seed()));
  }

  /** Starts the training of prepared text. */
  static DisturbedTraining start(
      StandaloneCluster cluster, SparkSession spark, Experiment experiment) {
    return new DisturbedTraining(cluster, spark, experiment);
  }

  RankEvents events() {
    return events;
  }

  /**
   * Kills the moment's rank as soon as it is there, once there is a checkpoint that the training
   * has not gone on from yet.
   */
  Fault killAt(Moment moment) throws Exception {
    List<RankEvents.WentOn> before = events.recoveries();
    long reached = before.isEmpty() ? 0 : before.get(before.size() - 1).step();
    ProcessHandle process = process(moment.rank);
    try (RankThread thread = RankThread.in(process)) {
      List<StackTraceElement> frames = List.of();
      while (!moment.isNow(frames)) {
        requireGoingOn();
        frames = newestCheckpoint(run) > reached ? thread.frames() : List.of();
      }
      process.destroyForcibly();
      return fault(
          "rank %d killed in %s (%s)".formatted(moment.rank, moment, moment.place(frames)));
    }
  }

  /** Stops a rank's process: it neither computes nor answers, but is there. */
  Fault stop(int rank) throws Exception {
    while (newestCheckpoint(run) == 0) {
      requireGoingOn();
      Thread.sleep(1);
    }
    signal(process(rank), "STOP");
    return fault("rank %d stopped".formatted(rank));
  }

  private Fault fault(String what) {
    return new Fault(what, System.currentTimeMillis(), newestCheckpoint(run));
  }

  private void requireGoingOn() {
    if (done.isDone()) {
      done.join(); // Throws what it failed with.
      throw new AssertionError("the training ended before it was where it was to be disturbed");
    }
  }

  private ProcessHandle process(int rank) throws InterruptedException {
    while (!events.executors().containsKey(rank)) {
      requireGoingOn();
      Thread.sleep(1);
    }
    return cluster.executor(context.applicationId(), events.executors().get(rank));
  }

  private static void signal(ProcessHandle process, String signal) throws Exception {
    Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start();
    assertThat(kill.waitFor()).isZero();
  }

  /** Waits until the training has gone on from a checkpoint so many times. */
  void awaitRecovery(int times) throws InterruptedException {
    while (events.recoveries().size() < times) {
      requireGoingOn();
      Thread.sleep(1);
    }
  }

  /** Waits for the end. */
  void join() throws Exception {
    done.get(5, TimeUnit.MINUTES);
  }

  /** Prints how a fault was noticed and overcome. */
  void print(Fault fault, RankEvents.Failed noticed, RankEvents.WentOn recovery) {
    System.out.printf(
        Locale.ROOT,
        "%s after the checkpoint of update %d: noticed after %.3f s (%s); went on after update %d"
            + " after %.1f s%n",
        fault.what(),
        fault.checkpoint(),
        fault.secondsUntil(noticed.atMilliseconds()),
        noticed.reason(),
        recovery.step(),
        fault.secondsUntil(recovery.atMilliseconds()));
  }

  @Override
  public void close() {
    context.removeSparkListener(events);
  }

  /** Updates of a run's newest checkpoint; 0 if there is none. */
  static long newestCheckpoint(Path run) {
    Path folder = run.resolve("checkpoints/seed");
    try (Stream<Path> steps = Files.exists(folder) ? Files.list(folder) : Stream.of()) {
      return steps
          .filter(step -> step.getFileName().toString().startsWith("step-"))
          .mapToLong(step -> Long.parseLong(step.getFileName().toString().substring(5)))
          .max()
          .orElse(0);
    } catch (IOException | UncheckedIOException e) {
      return newestCheckpoint(run); // One was removed meanwhile.
    }
  }

  /** SHA-256 of the weights of a run's last checkpoint. */
  static String weights(Path run) throws IOException, NoSuchAlgorithmException {
    String step = "checkpoints/seed/step-%08d/model.safetensors".formatted(newestCheckpoint(run));
    byte[] weights = Files.readAllBytes(run.resolve(step));
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(weights));
  }
}
