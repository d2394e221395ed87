package io.espalier.job;

import java.util.HashSet;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.spark.ExceptionFailure;
import org.apache.spark.SparkContext;
import org.apache.spark.Success$;
import org.apache.spark.TaskEndReason;
import org.apache.spark.TaskFailedReason;
import org.apache.spark.TaskKilled;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees on the driver how the ranks of one job end, and does what Spark doesn't: what another
 * attempt would only repeat ends the job at once, and an executor whose rank hangs is replaced, so
 * that the next attempt needn't wait minutes for Spark's heartbeat to give it up. Thread-safe.
 */
final class RankWatch extends SparkListener implements AutoCloseable {
  private static final String JOB = "espalier.ranks";
  private static final Logger LOG = LoggerFactory.getLogger(RankWatch.class);

  /** A lost executor is mostly replaced within this time. */
  private static final int WAIT_SECONDS = 5;

  private final SparkContext spark;
  private final int ranks;
  private final int patienceSeconds;
  private final Consumer<String> told;
  private final String job = UUID.randomUUID().toString();
  private final Set<Integer> stages = ConcurrentHashMap.newKeySet();
  private final Set<Attempt> failed = new HashSet<>();
  private final ConcurrentMap<Long, Running> running = new ConcurrentHashMap<>();
  private volatile @Nullable RuntimeException last;
  private volatile boolean closed;

  /** One of the attempts to run a stage. */
  private record Attempt(int stage, int number) {}

  /** A task that hasn't ended. */
  private record Running(Attempt attempt, int index, String executor) {}

  private RankWatch(SparkContext spark, int ranks, int patienceSeconds, Consumer<String> told) {
    this.spark = spark;
    this.ranks = ranks;
    this.patienceSeconds = patienceSeconds;
    this.told = told;
  }

  /**
   * Watches the jobs that this thread submits from now on.
   *
   * @param ranks of each job
   * @param patienceSeconds how long the ranks of a failed attempt may take to end
   * @param told gets a line when an attempt fails that will be followed by another
   */
  static RankWatch begin(
      SparkContext spark, int ranks, int patienceSeconds, Consumer<String> told) {
    RankWatch watch = new RankWatch(spark, ranks, patienceSeconds, told);
    spark.setLocalProperty(JOB, watch.job);
    spark.addSparkListener(watch);
    return watch;
  }

  /** What ended the job where no other attempt would have helped; null if nothing did. */
  @Nullable RuntimeException last() {
    return last;
  }

  @Override
  public void onStageSubmitted(SparkListenerStageSubmitted event) {
    Properties properties = event.properties();
    if (properties != null && job.equals(properties.getProperty(JOB))) {
      stages.add(event.stageInfo().stageId());
    }
  }

  @Override
  public void onTaskStart(SparkListenerTaskStart event) {
    if (stages.contains(event.stageId())) {
      Attempt attempt = new Attempt(event.stageId(), event.stageAttemptId());
      var task = event.taskInfo();
      running.put(task.taskId(), new Running(attempt, task.index(), task.executorId()));
    }
  }

  @Override
  public void onTaskEnd(SparkListenerTaskEnd event) {
    if (!stages.contains(event.stageId())) {
      return;
    }
    running.remove(event.taskInfo().taskId());
    if (event.reason() != Success$.MODULE$ && !(event.reason() instanceof TaskKilled)) {
      failed(new Attempt(event.stageId(), event.stageAttemptId()), event.reason());
    }
  }

  private void failed(Attempt attempt, TaskEndReason reason) {
    RuntimeException repeated =
        reason instanceof ExceptionFailure failure && failure.exception().isDefined()
            ? Resubmission.repeated(failure.exception().get())
            : null;
    if (repeated != null && last == null) {
      last = repeated;
      spark.cancelStage(attempt.stage(), String.valueOf(repeated.getMessage()));
    } else if (failed.add(attempt) && last == null) {
      told.accept(
          "A rank failed (%s); all go on from the last checkpoint".formatted(sentence(reason)));
      CompletableFuture.delayedExecutor(patienceSeconds, TimeUnit.SECONDS)
          .execute(() -> replaceHung(attempt));
      CompletableFuture.delayedExecutor(WAIT_SECONDS, TimeUnit.SECONDS).execute(this::tellWaiting);
    }
  }

  /** Ranks that are alive have learned that another failed, and ended. */
  private void replaceHung(Attempt attempt) {
    for (Map.Entry<Long, Running> task : running.entrySet()) {
      Running rank = task.getValue();
      if (rank.attempt().equals(attempt) && !closed && !spark.isLocal()) {
        LOG.warn(
            "Partition {} has not ended {} s after its attempt failed: executor {} is replaced",
            rank.index(),
            patienceSeconds,
            rank.executor());
        // What Spark itself does with an executor that sends no heartbeats any more.
        spark.killAndReplaceExecutor(rank.executor());
      }
    }
  }

  /** An executor that is lost may leave too few slots: Spark then waits without a word. */
  private void tellWaiting() {
    int slots = closed || spark.isStopped() ? ranks : TaskSlots.of(spark);
    if (running.isEmpty() && slots < ranks) {
      told.accept(TaskSlots.waiting(ranks, slots));
    }
  }

  private static String sentence(TaskEndReason reason) {
    if (reason instanceof ExceptionFailure failure) {
      return failure.description();
    }
    String text = reason instanceof TaskFailedReason f ? f.toErrorString() : reason.toString();
    return text.lines().findFirst().orElse("");
  }

  @Override
  public void close() {
    spark.removeSparkListener(this);
    spark.setLocalProperty(JOB, null);
    closed = true;
  }
}
