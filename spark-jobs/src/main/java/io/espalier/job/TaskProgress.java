package io.espalier.job;

import io.espalier.train.ModelSpec;
import io.espalier.train.Rewind;
import io.espalier.train.TrainingListener;
import io.espalier.train.TrainingPlan;
import java.util.Locale;
import org.apache.spark.TaskContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends a training's progress to the driver, a few times a second, and heeds a killed task. Of
 * several ranks one speaks.
 */
final class TaskProgress implements TrainingListener {
  private static final Logger LOG = LoggerFactory.getLogger(TaskProgress.class);
  private static final long INTERVAL_NANOSECONDS = 250_000_000;

  private final String stage;
  private final TrainingPlan plan;
  private final long tokensPerUpdate;
  private final boolean speaks;
  private final @Nullable TaskContext context = TaskContext.get();
  private long lastSent = System.nanoTime() - INTERVAL_NANOSECONDS;

  /**
   * @param speaks whether this task reports: rank 0 does
   */
  TaskProgress(String stage, TrainingPlan plan, ModelSpec spec, boolean speaks) {
    this.speaks = speaks;
    this.stage = stage;
    this.plan = plan;
    this.tokensPerUpdate = (long) plan.batch().globalSequences() * spec.sequenceLengthTokens();
  }

  @Override
  public void started(TrainingPlan started, long step) {
    send(step, step > plan.firstStep() ? "goes on after update " + step : "");
  }

  @Override
  public void updated(long step, double loss) {
    long now = System.nanoTime();
    if (now - lastSent >= INTERVAL_NANOSECONDS || step == plan.lastStep()) {
      lastSent = now;
      send(step, String.format(Locale.ROOT, "loss %.2f", loss));
    }
  }

  @Override
  public void rewound(Rewind rewind) {
    LOG.warn("{}: {}", plan.checkpoint(), rewind);
    send(rewind.step(), "back to update " + rewind.step());
  }

  @Override
  public boolean stopRequested() {
    return Thread.currentThread().isInterrupted() || (context != null && context.isInterrupted());
  }

  @Override
  public boolean leaveRequested() {
    return HostNotice.isGiven();
  }

  private void send(long step, String detail) {
    if (!speaks) {
      return;
    }
    EspalierPlugin.send(
        new EspalierPlugin.Progress(
            stage,
            plan.checkpoint(),
            (step - plan.firstStep()) * tokensPerUpdate,
            plan.steps() * tokensPerUpdate,
            "tokens",
            detail));
  }
}
