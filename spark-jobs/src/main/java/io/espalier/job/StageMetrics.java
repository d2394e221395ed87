package io.espalier.job;

import com.codahale.metrics.MetricRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The driver's figures in Spark's metrics system, and so wherever its sinks go: {@code
 * <application>.driver.plugin.io.espalier.job.EspalierPlugin.<stage>.<item>.done} and {@code
 * .total} of every item, and {@code stages_started}. Safe for any number of threads.
 */
final class StageMetrics {
  private static final String STARTED = "stages_started";
  private static volatile MetricRegistry current = new MetricRegistry();
  private static final Map<String, Long> VALUES = new ConcurrentHashMap<>();

  private StageMetrics() {}

  /** Figures go into this registry from now on; Spark gives each application its own. */
  static void registerIn(MetricRegistry registry) {
    VALUES.clear();
    registry.counter(STARTED); // Spark takes no registry that is empty.
    current = registry;
  }

  static void started(String stage) {
    current.counter(STARTED).inc();
    set(stage + ".started_seconds", System.currentTimeMillis() / 1000);
  }

  static void progress(String stage, String item, long done, long total) {
    String name = stage + "." + item.replace('.', '_').replace('/', '_');
    set(name + ".done", done);
    set(name + ".total", total);
  }

  private static void set(String name, long value) {
    VALUES.put(name, value);
    current.gauge(name, () -> () -> VALUES.getOrDefault(name, 0L));
  }
}
