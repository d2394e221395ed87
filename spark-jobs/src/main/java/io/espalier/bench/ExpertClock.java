package io.espalier.bench;

import io.espalier.checkpoint.Checkpoint;
import io.espalier.train.TrainingCost;
import io.espalier.train.TrainingListener;
import io.espalier.train.TrainingPlan;

/** Takes the time of an expert's task, from its making on. One thread. */
final class ExpertClock implements TrainingListener {
  private static final double NANOSECONDS_PER_SECOND = 1e9;

  private final long begin = System.nanoTime();
  private long last = begin;
  private double spoolSeconds;
  private double startSeconds;
  private double checkpointSeconds;

  void spooled() {
    spoolSeconds = lap();
  }

  @Override
  public void started(TrainingPlan plan, long step) {
    startSeconds = lap();
  }

  @Override
  public void updated(long step, double loss) {
    last = System.nanoTime();
  }

  @Override
  public void saved(Checkpoint checkpoint) {
    checkpointSeconds += lap();
  }

  ExpertTime ended(TrainingCost cost) {
    return new ExpertTime(
        (System.nanoTime() - begin) / NANOSECONDS_PER_SECOND,
        cost.computeSeconds(),
        cost.cpuSeconds(),
        spoolSeconds,
        startSeconds,
        checkpointSeconds,
        cost.tokens());
  }

  private double lap() {
    long now = System.nanoTime();
    double seconds = (now - last) / NANOSECONDS_PER_SECOND;
    last = now;
    return seconds;
  }
}
