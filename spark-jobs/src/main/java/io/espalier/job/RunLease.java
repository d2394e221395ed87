package io.espalier.job;

import io.espalier.checkpoint.Fence;
import io.espalier.checkpoint.Lease;
import io.espalier.checkpoint.LostLeaseException;
import io.espalier.checkpoint.UnfinishedUploads;
import io.espalier.config.ConfigException;
import io.espalier.config.RunPaths;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;

/**
 * This process's right to write into a run's folder; checkpoints of the run that are committed
 * while it is held carry its epoch. Thread-safe.
 */
public final class RunLease implements AutoCloseable {
  /** By the run's folder: tasks are sent the fence of the driver that they work for. */
  private static final Map<String, Fence> HELD = new ConcurrentHashMap<>();

  private final String root;
  private final Lease lease;

  private RunLease(String root, Lease lease) {
    this.root = root;
    this.lease = lease;
  }

  /**
   * Takes the lease of the experiment's folder, waiting for a holder that shows no sign of life,
   * and clears away the uploads that an earlier writer didn't finish.
   *
   * @param command that asks, for those who are refused
   * @param onWaiting told once that a silent holder is waited for
   * @param onLost called in another thread when someone else took over
   * @throws ConfigException if another process holds it
   */
  public static RunLease take(
      SparkSession spark,
      Experiment experiment,
      String command,
      Consumer<String> onWaiting,
      Consumer<LostLeaseException> onLost) {
    return take(
        spark.sessionState().newHadoopConf(),
        experiment.paths(),
        experiment.settings().lease(),
        command,
        onWaiting,
        onLost);
  }

  /**
   * The same without Spark, for as long as the reference says.
   *
   * @throws ConfigException if another process holds it
   */
  public static RunLease take(
      Configuration configuration,
      RunPaths paths,
      String command,
      Consumer<String> onWaiting,
      Consumer<LostLeaseException> onLost) {
    return take(configuration, paths, Experiment.standardLease(), command, onWaiting, onLost);
  }

  private static RunLease take(
      Configuration configuration,
      RunPaths paths,
      LeaseSettings settings,
      String command,
      Consumer<String> onWaiting,
      Consumer<LostLeaseException> onLost) {
    long millis = (long) (1000 * settings.durationSeconds());
    Lease lease =
        Lease.take(
            configuration,
            paths.lease("run"),
            new Lease.Request(
                "The run folder " + RunPaths.shown(paths.root()),
                holder(command),
                Duration.ofMillis(Math.max(1, millis)),
                onWaiting,
                onLost));
    HELD.put(paths.root(), lease.fence());
    UnfinishedUploads.abort(configuration, paths.root());
    return new RunLease(paths.root(), lease);
  }

  /** What tasks of a run ask before they commit; nothing where nobody in this process leased it. */
  static List<Fence> fences(RunPaths paths) {
    Fence fence = HELD.get(paths.root());
    return fence == null ? List.of() : List.of(fence);
  }

  /** Names this process for people: {@code espalier run (ada@host, process 123)}. */
  static String holder(String what) {
    return "%s (%s@%s, process %d)"
        .formatted(
            what,
            System.getProperty("user.name"),
            ProcessName.host(),
            ProcessHandle.current().pid());
  }

  @Override
  public void close() {
    HELD.remove(root);
    lease.close();
  }
}
