package io.espalier.job;

import io.espalier.table.LedgerRow;
import io.espalier.table.TableSchema;
import io.espalier.train.ResourceClock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Writes down what every stage that ran took as a whole: it hears of stages as whoever watches
 * does, and passes everything on.
 *
 * <p>Training, scoring and merging write a row for each piece of work themselves; of those stages
 * only wall time and idle slots are added. An execution that was killed leaves no such row, so its
 * idle time is not counted. Safe for any number of threads.
 */
final class StageLedger extends RelayedProgress {
  private static final List<String> MEASURED_IN_PIECES = List.of("train", "score", "merge");

  private final Run run;
  private final SlotMeter meter;
  private final Map<String, Beginning> begun = new ConcurrentHashMap<>();

  private record Beginning(Instant at, ResourceClock clock, SlotMeter.Totals totals) {}

  /**
   * Passes on to the run's listener.
   *
   * @param run with the listener that is told
   */
  StageLedger(Run run) {
    super(run.listener());
    this.run = run;
    this.meter = SlotMeter.of(run.spark().sparkContext());
  }

  @Override
  public void stageStarted(String stage, String description) {
    to.stageStarted(stage, description);
    // More cores than one: the clock then tells the time of all the process's threads.
    ResourceClock clock = ResourceClock.onCores(Math.max(2, run.coresOfOneExecutor()));
    begun.put(stage, new Beginning(Instant.now(), clock, meter.totals(run.spark().sparkContext())));
  }

  @Override
  public void stageFinished(String stage, String summary) {
    to.stageFinished(stage, summary);
    Beginning beginning = begun.remove(stage);
    if (beginning != null) {
      LedgerRow row = row(stage, beginning);
      String transaction = "stage/%s/%s".formatted(stage, beginning.at());
      run.table(TableSchema.LEDGER).append(List.of(row), transaction);
    }
  }

  private LedgerRow row(String stage, Beginning beginning) {
    boolean local = run.spark().sparkContext().isLocal();
    double wall = beginning.clock().wallSeconds();
    SlotMeter.Totals spent = meter.totals(run.spark().sparkContext()).minus(beginning.totals());
    // The driver of a cluster holds no slot; in local mode it is on a core, too.
    double held = local ? Math.max(wall, spent.heldSeconds()) : spent.heldSeconds();
    if (local && stage.startsWith("merge")) {
      held = run.devices() * wall; // The driver merges with a thread on each core.
    }
    double processor = beginning.clock().cpuSeconds() + (local ? 0 : spent.cpuSeconds());
    double idle = Math.max(0, run.devices() * wall - held);
    boolean inPieces = MEASURED_IN_PIECES.stream().anyMatch(stage::startsWith);
    return new LedgerRow(
        stage,
        "",
        "",
        0,
        inPieces ? LedgerRow.SLOTS : "cpu",
        beginning.at(),
        inPieces ? 0 : held,
        inPieces ? 0 : processor,
        0,
        0,
        0,
        wall,
        idle,
        inPieces ? 0 : spent.bytesRead());
  }
}
