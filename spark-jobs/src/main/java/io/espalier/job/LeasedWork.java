package io.espalier.job;

import io.espalier.checkpoint.LostLeaseException;
import io.espalier.config.ConfigException;
import java.util.function.Consumer;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;

/**
 * Work on a run's folder under one lease, which is taken before the first write, so that what is
 * refused earlier, or complete, leaves nothing, and given back at the end. Passes on what it is
 * told. The calls of {@link Pipeline} and {@link ForestJobs} that write make one for themselves
 * each, unless this is the listener that they are handed: then they share it. Thread-safe.
 */
public final class LeasedWork extends RelayedProgress implements AutoCloseable {
  private final SparkSession spark;
  private final Experiment experiment;
  private final Consumer<LostLeaseException> onLost;
  private @Nullable RunLease lease;
  private volatile @Nullable LostLeaseException lost;

  private LeasedWork(
      SparkSession spark,
      Experiment experiment,
      ProgressListener to,
      Consumer<LostLeaseException> onLost) {
    super(to);
    this.spark = spark;
    this.experiment = experiment;
    this.onLost = onLost;
  }

  /**
   * Several calls under one lease. When another process takes the run over, the jobs of the session
   * are cancelled, and the call that is under way ends with {@link LostLeaseException}.
   *
   * @param to is told everything, too
   */
  public static LeasedWork begin(SparkSession spark, Experiment experiment, ProgressListener to) {
    return begin(spark, experiment, to, lost -> spark.sparkContext().cancelAllJobs());
  }

  /**
   * The same with another answer to the loss.
   *
   * @param onLost called in the lease's own thread when another process has taken the run over
   */
  public static LeasedWork begin(
      SparkSession spark,
      Experiment experiment,
      ProgressListener to,
      Consumer<LostLeaseException> onLost) {
    return new LeasedWork(spark, experiment, to, onLost);
  }

  /** What a call that may write does. */
  @FunctionalInterface
  interface Call<T> {
    T with(LeasedWork work);
  }

  /**
   * Carries out a call: under the lease of its caller, if the listener is one, or else its own.
   *
   * @throws ConfigException if another process writes
   * @throws LostLeaseException if another process has taken the run over meanwhile
   */
  static <T> T of(
      SparkSession spark, Experiment experiment, ProgressListener listener, Call<T> call) {
    if (listener instanceof LeasedWork shared) {
      return shared.carryOut(call);
    }
    try (LeasedWork own = begin(spark, experiment, listener)) {
      return own.carryOut(call);
    }
  }

  private <T> T carryOut(Call<T> call) {
    try {
      return call.with(this);
    } catch (RuntimeException e) {
      LostLeaseException reason = lost;
      if (reason == null || reason == e) {
        throw e;
      }
      reason.addSuppressed(e); // A job that was cancelled for it.
      throw reason;
    }
  }

  private void lose(LostLeaseException reason) {
    lost = reason;
    onLost.accept(reason);
  }

  private void requireNotLost() {
    LostLeaseException reason = lost;
    if (reason != null) {
      throw reason;
    }
  }

  @Override
  public synchronized void beforeWriting() {
    requireNotLost();
    if (lease == null) {
      String command = "espalier " + experiment.name();
      lease = RunLease.take(spark, experiment, command, to::message, this::lose);
    }
  }

  @Override
  public void stageStarted(String stage, String description) {
    beforeWriting();
    to.stageStarted(stage, description);
  }

  @Override
  public void stageFinished(String stage, String summary) {
    requireNotLost();
    to.stageFinished(stage, summary);
  }

  @Override
  public synchronized void close() {
    if (lease != null) {
      lease.close();
      lease = null;
    }
  }
}
