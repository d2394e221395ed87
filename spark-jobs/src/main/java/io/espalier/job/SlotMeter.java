package io.espalier.job;

import java.util.Map;
import java.util.Properties;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.spark.SparkContext;
import org.apache.spark.executor.TaskMetrics;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;

/**
 * How long Spark's tasks held their slots, and what they read: running totals of one application.
 * Safe for any number of threads.
 */
final class SlotMeter extends SparkListener {
  private static final String CORES = "espalier.coresPerTask";
  private static final long LISTENERS_TIMEOUT_MILLIS = 10_000;
  private static final Map<SparkContext, SlotMeter> METERS = new WeakHashMap<>();

  private final Map<Integer, Integer> coresOfStage = new ConcurrentHashMap<>();
  private final int coresByDefault;
  private double heldSeconds;
  private double cpuSeconds;
  private long bytesRead;

  private SlotMeter(int coresByDefault) {
    this.coresByDefault = coresByDefault;
  }

  /**
   * Totals since the meter was made; the difference of two is what lies between them.
   *
   * @param heldSeconds seconds × cores (or GPUs) that tasks held
   * @param cpuSeconds processor time of tasks' own threads
   * @param bytesRead from tables, files and shuffles
   */
  record Totals(double heldSeconds, double cpuSeconds, long bytesRead) {
    Totals minus(Totals before) {
      return new Totals(
          heldSeconds - before.heldSeconds,
          cpuSeconds - before.cpuSeconds,
          bytesRead - before.bytesRead);
    }
  }

  /** The meter of an application, which counts from the first call on. */
  static SlotMeter of(SparkContext context) {
    synchronized (METERS) {
      return METERS.computeIfAbsent(
          context,
          key -> {
            SlotMeter meter = new SlotMeter(key.conf().getInt("spark.task.cpus", 1));
            key.addSparkListener(meter);
            return meter;
          });
    }
  }

  /** Does work whose tasks take so many cores each: more than Spark knows of in local mode. */
  static <T> T holding(SparkContext context, int cores, Supplier<T> work) {
    String before = context.getLocalProperty(CORES);
    context.setLocalProperty(CORES, Integer.toString(cores));
    try {
      return work.get();
    } finally {
      context.setLocalProperty(CORES, before);
    }
  }

  /** What is known once Spark has told everything that happened so far. */
  Totals totals(SparkContext context) {
    try {
      context.listenerBus().waitUntilEmpty(LISTENERS_TIMEOUT_MILLIS);
    } catch (TimeoutException e) {
      // The ledger is a little short then; no work may fail for it.
      org.slf4j.LoggerFactory.getLogger(SlotMeter.class).warn("Spark's listeners lag behind", e);
    }
    synchronized (this) {
      return new Totals(heldSeconds, cpuSeconds, bytesRead);
    }
  }

  @Override
  public void onStageSubmitted(SparkListenerStageSubmitted event) {
    Properties properties = event.properties();
    String cores = properties == null ? null : properties.getProperty(CORES);
    coresOfStage.put(
        event.stageInfo().stageId(), cores == null ? coresByDefault : Integer.parseInt(cores));
  }

  @Override
  public void onTaskEnd(SparkListenerTaskEnd event) {
    TaskMetrics metrics = event.taskMetrics();
    double seconds = event.taskInfo().duration() / 1e3;
    int cores = coresOfStage.getOrDefault(event.stageId(), coresByDefault);
    synchronized (this) {
      heldSeconds += cores * seconds;
      if (metrics != null) { // A task that was killed may have none.
        cpuSeconds += metrics.executorCpuTime() / 1e9;
        bytesRead +=
            metrics.inputMetrics().bytesRead() + metrics.shuffleReadMetrics().totalBytesRead();
      }
    }
  }
}
