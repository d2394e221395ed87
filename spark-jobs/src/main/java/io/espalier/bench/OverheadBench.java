package io.espalier.bench;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What is around the training loop, as a share of an expert's wall time: the trainer in a Spark
 * task, on one thread, with a shard spooled from a Delta table, a seed to load, rows of metrics,
 * and checkpoints that are synced to the disk. Starting Spark and the native library isn't in it,
 * because a process does that once.
 */
public final class OverheadBench {
  private OverheadBench() {}

  /**
   * Trains one expert in a temporary folder, which is deleted.
   *
   * @param steps updates of the expert
   * @param checkpointSteps updates between checkpoints; one more is saved at the end
   */
  public static BenchResult measure(TrainSize size, int steps, int checkpointSteps) {
    try (BenchFolder folder = BenchFolder.temporary("overhead")) {
      ExpertRuns runs =
          ExpertRuns.prepare(
              BenchSession.open("overhead"), folder, size, 1, steps, checkpointSteps);
      ExpertTime time = runs.train(1, steps).get(0);
      Map<String, Object> figures = new LinkedHashMap<>();
      figures.put("model", size.toString());
      figures.put("updates", steps);
      figures.put("updates_between_checkpoints", checkpointSteps);
      figures.put("wall_seconds", Timed.rounded(time.wallSeconds()));
      figures.put("compute_seconds", Timed.rounded(time.computeSeconds()));
      figures.put("spool_seconds", Timed.rounded(time.spoolSeconds()));
      figures.put("start_seconds", Timed.rounded(time.startSeconds()));
      figures.put("checkpoint_seconds", Timed.rounded(time.checkpointSeconds()));
      figures.put("other_seconds", Timed.rounded(time.otherSeconds()));
      figures.put("overhead_percent", Timed.rounded(time.overheadPercent()));
      return new BenchResult("overhead", figures);
    }
  }
}
