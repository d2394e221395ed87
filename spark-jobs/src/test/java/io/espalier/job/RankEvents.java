package io.espalier.job;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.ExceptionFailure;
import org.apache.spark.Success$;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.apache.spark.storage.RDDInfo;
import scala.jdk.javaapi.CollectionConverters;

/** What a driver hears of the ranks of one training: where they are, how they end, and goes on. */
final class RankEvents extends SparkListener implements ProgressListener {
  private static final Pattern GOES_ON = Pattern.compile("goes on after update (\\d+)");

  private final Set<Integer> stages = ConcurrentHashMap.newKeySet();
  private final Map<Integer, String> executors = new ConcurrentHashMap<>();
  private final List<Failed> failures = new CopyOnWriteArrayList<>();
  private final List<WentOn> recoveries = new CopyOnWriteArrayList<>();
  private final List<String> messages = new CopyOnWriteArrayList<>();

  /** The end of a rank without an answer. */
  record Failed(int rank, long atMilliseconds, String reason) {}

  /** A training that goes on from a checkpoint. */
  record WentOn(long step, long atMilliseconds) {}

  /** Rank → executor, of the newest attempt. */
  Map<Integer, String> executors() {
    return Map.copyOf(executors);
  }

  /** How the first attempt ended for a rank. */
  Failed failureOf(int rank) {
    return failures.stream()
        .filter(failed -> failed.rank() == rank)
        .findFirst()
        .orElseThrow(() -> new AssertionError("rank %d did not fail".formatted(rank)));
  }

  List<WentOn> recoveries() {
    return List.copyOf(recoveries);
  }

  List<String> messages() {
    return List.copyOf(messages);
  }

  @Override
  public void onStageSubmitted(SparkListenerStageSubmitted event) {
    if (CollectionConverters.asJava(event.stageInfo().rddInfos()).stream()
        .anyMatch(RDDInfo::isBarrier)) {
      stages.add(event.stageInfo().stageId());
      executors.clear();
    }
  }

  @Override
  public void onTaskStart(SparkListenerTaskStart event) {
    if (stages.contains(event.stageId())) {
      executors.put(event.taskInfo().index(), event.taskInfo().executorId());
    }
  }

  @Override
  public void onTaskEnd(SparkListenerTaskEnd event) {
    if (stages.contains(event.stageId()) && event.reason() != Success$.MODULE$) {
      String reason =
          event.reason() instanceof ExceptionFailure failure
              ? failure.description()
              : "ended by the driver, which saw the other executor go first";
      failures.add(
          new Failed(
              event.taskInfo().index(),
              event.taskInfo().finishTime(),
              reason.lines().findFirst().orElse("")));
    }
  }

  @Override
  public void progress(
      String stage, String item, long done, long total, String unit, String detail) {
    Matcher goesOn = GOES_ON.matcher(detail);
    if (goesOn.matches()) {
      recoveries.add(new WentOn(Long.parseLong(goesOn.group(1)), System.currentTimeMillis()));
    }
  }

  @Override
  public void stageStarted(String stage, String description) {
    // Only what ranks do matters here.
  }

  @Override
  public void stageSkipped(String stage, String why) {
    // Only what ranks do matters here.
  }

  @Override
  public void stageFinished(String stage, String summary) {
    // Only what ranks do matters here.
  }

  @Override
  public void message(String line) {
    messages.add(line);
  }
}
