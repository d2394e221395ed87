package io.espalier.job;

import io.espalier.checkpoint.Checkpoint;
import io.espalier.evaluate.ScoredModel;
import io.espalier.table.LedgerRow;
import io.espalier.table.MetricsRow;
import io.espalier.table.Table;
import io.espalier.table.TableSchema;
import io.espalier.train.Rewind;
import io.espalier.train.SlicePlans;
import io.espalier.train.TokenType;
import io.espalier.train.TrainingMetrics;
import io.espalier.train.TrainingResult;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Fills the tables metrics and ledger from complete checkpoints, exactly once each, however often a
 * training was interrupted: what a checkpoint holds is the durable record. What is measured in
 * slices of an expert's training reads as one curve of that expert.
 */
final class TrainingRecords {
  private final Table<MetricsRow> metrics;
  private final Table<LedgerRow> ledger;
  private final int tokenBytes;

  TrainingRecords(Run run, RunModel model) {
    this.tokenBytes = TokenType.of(model.spec().vocabularySize()).bytes();
    this.metrics = run.table(TableSchema.METRICS);
    this.ledger = run.table(TableSchema.LEDGER);
  }

  /**
   * Adds what the tables don't have yet of these checkpoints.
   *
   * @param complete name → last checkpoint
   */
  void add(String stage, Map<String, Checkpoint> complete) {
    Map<String, Checkpoint> missing = new LinkedHashMap<>(complete);
    missing.keySet().removeAll(recorded(stage));
    if (missing.isEmpty()) {
      return;
    }
    String transaction =
        stage
            + "/"
            + missing.values().stream().map(Checkpoint::hash).collect(Collectors.joining("/"));
    List<MetricsRow> metricsRows = new ArrayList<>();
    List<LedgerRow> ledgerRows = new ArrayList<>();
    missing.forEach(
        (name, checkpoint) -> {
          metricsRows.addAll(metricsOf(SlicePlans.expertOf(name), checkpoint));
          ledgerRows.add(ledgerRow(stage, name, checkpoint));
        });
    metrics.append(metricsRows, transaction);
    // The ledger comes last: who finds a checkpoint there finds its metrics too.
    ledger.append(ledgerRows, transaction);
  }

  private Set<String> recorded(String stage) {
    if (ledger.latestVersion().isEmpty()) {
      return Set.of();
    }
    return ledger.collect(ledger.latestVersion().getAsLong()).stream()
        .filter(row -> row.stage().equals(stage))
        .map(LedgerRow::checkpoint)
        .collect(Collectors.toSet());
  }

  private static List<MetricsRow> metricsOf(String name, Checkpoint checkpoint) {
    return metricsOf(name, TrainingMetrics.of(checkpoint), TrainingMetrics.rewinds(checkpoint));
  }

  /** A training's rows, and after them one for each time that it went back. */
  static List<MetricsRow> metricsOf(
      String name, List<io.espalier.train.MetricsRow> rows, List<Rewind> rewinds) {
    List<MetricsRow> metrics = new ArrayList<>();
    for (var row : rows) {
      metrics.add(
          new MetricsRow(
              name,
              row.step(),
              row.tokens(),
              row.loss(),
              row.gradientNorm(),
              row.learningRate(),
              row.deviceSeconds(),
              ""));
    }
    for (Rewind rewind : rewinds) {
      boolean isLoss = rewind.what().equals(Rewind.LOSS);
      metrics.add(
          new MetricsRow(
              name,
              rewind.spikeStep(),
              0,
              isLoss ? rewind.value() : Double.NaN,
              isLoss ? Double.NaN : rewind.value(),
              Double.NaN,
              Double.NaN,
              rewind.toString()));
    }
    return metrics;
  }

  private LedgerRow ledgerRow(String stage, String name, Checkpoint checkpoint) {
    TrainingResult result = TrainingResult.of(name, checkpoint, checkpoint.step());
    LedgerRow row =
        new LedgerRow(
            stage,
            name,
            new ScoredModel(SlicePlans.expertOf(name), checkpoint.hash()).expertOf(),
            0,
            checkpoint.manifest().provenance().hardware().device(),
            Instant.now(),
            result.cost().deviceSeconds(),
            result.cost().cpuSeconds(),
            result.cost().flops(),
            result.cost().tokens(),
            result.cost().bytesCommunicated());
    return row.reading(result.cost().tokens() * tokenBytes);
  }
}
