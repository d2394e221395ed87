package io.espalier.job;

import io.espalier.config.ConfigException;
import java.util.function.Consumer;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;

/** How many tasks Spark can run at once: by cores, and by GPUs where tasks ask for them. */
final class TaskSlots {
  private static final int PAUSE_MILLISECONDS = 100;

  private TaskSlots() {}

  /** Slots of the executors that are there now; they come and go. */
  static int of(SparkContext spark) {
    return spark.maxNumConcurrentTasks(spark.resourceProfileManager().defaultResourceProfile());
  }

  /**
   * Waits until ranks that start together find a slot each, and says so once. Spark itself asks
   * again just as long, but without a word.
   *
   * @throws ConfigException if they don't come within Spark's own limit, ten minutes by default
   */
  static void await(SparkContext spark, int ranks, Consumer<String> told) {
    int slots = of(spark);
    if (slots >= ranks || spark.isLocal()) {
      return;
    }
    told.accept(waiting(ranks, slots));
    long seconds = patienceSeconds(spark.conf());
    long end = System.nanoTime() + seconds * 1_000_000_000L;
    while (of(spark) < ranks) {
      if (System.nanoTime() > end) {
        throw new ConfigException(
            "%d ranks start together but Spark has had only %d task slots for %d s; more executors, or fewer ranks, would work"
                .formatted(ranks, of(spark), seconds));
      }
      pause();
    }
  }

  /** What a reader is told meanwhile. */
  static String waiting(int ranks, int slots) {
    return "waits for %d slots, because its ranks start together; Spark has %d"
        .formatted(ranks, slots);
  }

  private static long patienceSeconds(SparkConf conf) {
    String prefix = "spark.scheduler.barrier.maxConcurrentTasksCheck.";
    return conf.getTimeAsSeconds(prefix + "interval", "15s")
        * conf.getInt(prefix + "maxFailures", 40);
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE_MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while waiting for slots", e);
    }
  }
}
