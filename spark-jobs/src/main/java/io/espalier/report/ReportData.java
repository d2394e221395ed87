package io.espalier.report;

import io.espalier.evaluate.Comparison;
import io.espalier.evaluate.ConnectingLine;
import io.espalier.evaluate.Result;
import java.util.List;
import java.util.Map;

/**
 * Everything a report shows. Any list may be empty: its section is then left out.
 *
 * @param run what was run
 * @param results the figures, means over domains included
 * @param metrics how training went
 * @param ledger where the time went
 * @param preparation what data preparation kept and refused, stage by stage
 * @param checkpoints every checkpoint that a figure depends on, parents before children
 * @param tableVersions version of each Delta table the figures were read from, by table name
 * @param examples texts along which the posterior over experts is shown
 * @param comparisons which differences between results are more than chance
 * @param lines perplexity between pairs of checkpoints, where someone asked
 */
public record ReportData(
    RunFacts run,
    List<Result> results,
    List<TrainingPoint> metrics,
    List<LedgerEntry> ledger,
    List<StageCount> preparation,
    List<CheckpointNode> checkpoints,
    Map<String, Long> tableVersions,
    List<PosteriorExample> examples,
    List<Comparison> comparisons,
    List<ConnectingLine> lines) {

  public ReportData {
    results = List.copyOf(results);
    metrics = List.copyOf(metrics);
    ledger = List.copyOf(ledger);
    preparation = List.copyOf(preparation);
    checkpoints = List.copyOf(checkpoints);
    tableVersions = Map.copyOf(tableVersions);
    examples = List.copyOf(examples);
    comparisons = List.copyOf(comparisons);
    lines = List.copyOf(lines);
  }

  /** Whether the dense model went on from the seed instead of beginning anew. */
  public boolean isDenseFromSeed() {
    return checkpoints.stream()
        .filter(node -> node.checkpoint().equals(ModelName.DENSE))
        .anyMatch(node -> node.parents().contains(ModelName.SEED));
  }

  /** The version of a table as a caption says it: {@code table results, version 3}. */
  public String source(String table) {
    return Phrases.source(tableVersions, table);
  }
}
