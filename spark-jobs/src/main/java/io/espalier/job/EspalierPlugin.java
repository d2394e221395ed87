package io.espalier.job;

import java.io.Serializable;
import java.util.Map;
import org.apache.spark.SparkContext;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;
import org.jspecify.annotations.Nullable;

/**
 * Carries live progress from tasks to the driver by Spark's plugin messages. They are for eyes and
 * may be lost; what must not be lost is inside checkpoints. What the driver hears of is also in
 * Spark's metrics ({@link StageMetrics}). Spark makes one instance per process and calls it from
 * several threads.
 */
public final class EspalierPlugin implements SparkPlugin {
  /**
   * One step forward of one item of a stage; the arguments of {@link ProgressListener#progress}.
   */
  record Progress(String stage, String item, long done, long total, String unit, String detail)
      implements Serializable {}

  private static volatile @Nullable SparkContext driver;
  private static volatile @Nullable PluginContext executor;
  private static volatile @Nullable ProgressListener listener;

  /** Directs the messages that reach this driver process to {@code to}. */
  static void listen(ProgressListener to) {
    listener = to;
  }

  /** Called in a task: sends progress to the driver, or nowhere if the plugin isn't loaded. */
  static void send(Progress progress) {
    PluginContext context = executor;
    if (context != null) {
      try {
        context.send(progress);
      } catch (java.io.IOException e) {
        // The driver may be going down; progress is for eyes only.
      }
    }
  }

  @Override
  public DriverPlugin driverPlugin() {
    return new DriverPlugin() {
      @Override
      public Map<String, String> init(SparkContext context, PluginContext pluginContext) {
        driver = context;
        return Map.of();
      }

      @Override
      public void shutdown() {
        driver = null;
      }

      @Override
      public void registerMetrics(String applicationId, PluginContext pluginContext) {
        StageMetrics.registerIn(pluginContext.metricRegistry());
      }

      @Override
      public @Nullable Object receive(Object message) {
        SparkContext context = driver;
        if (context != null && message instanceof HostNotice.Question question) {
          return question.answer(context);
        }
        ProgressListener to = listener;
        if (to != null && message instanceof Progress p) {
          to.progress(p.stage(), p.item(), p.done(), p.total(), p.unit(), p.detail());
        }
        return null;
      }
    };
  }

  @Override
  public ExecutorPlugin executorPlugin() {
    return new ExecutorPlugin() {
      private @Nullable HostNotice notice;

      @Override
      public void init(PluginContext context, Map<String, String> extra) {
        executor = context;
        boolean isDriver = context.executorID().equals("driver");
        if (!isDriver && context.conf().getBoolean("spark.decommission.enabled", false)) {
          notice = HostNotice.listen(context);
        }
      }

      @Override
      public void shutdown() {
        HostNotice listening = notice;
        if (listening != null) {
          listening.close();
        }
        executor = null; // The next session of this process may be without the plugin.
      }
    };
  }
}
