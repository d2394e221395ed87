package io.espalier.job;

import io.espalier.table.LedgerRow;
import io.espalier.table.SliceRow;
import io.espalier.table.Table;
import io.espalier.table.TableSchema;
import io.espalier.train.MarginalSlices;
import io.espalier.train.Slice;
import io.espalier.train.TrainingPlan;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.UUID;

/** The table {@code slices}: what each slice came to, which all decisions follow from. */
final class SliceRecords {
  private final Run run;
  private final Table<SliceRow> table;

  SliceRecords(Run run) {
    this.run = run;
    this.table = run.table(TableSchema.SLICES);
  }

  /** Every row there is. */
  List<SliceRow> rows() {
    OptionalLong version = table.latestVersion();
    return version.isEmpty() ? List.of() : table.collect(version.getAsLong());
  }

  /** The rows as the decisions see them. */
  static List<Slice> slices(List<SliceRow> rows) {
    return rows.stream()
        .map(
            row ->
                new Slice(
                    row.round(),
                    row.roundSlices(),
                    row.domain(),
                    row.number(),
                    row.perplexityBefore(),
                    row.perplexityAfter(),
                    row.deviceSeconds()))
        .toList();
  }

  /** Updates of each expert once all slices are done; nothing until then. */
  Map<String, Long> decided(MarginalSlices decisions) {
    List<SliceRow> rows = rows();
    Map<String, Long> updates = new LinkedHashMap<>();
    if (!decisions.decided(slices(rows)).isEmpty()) {
      rows.forEach(row -> updates.merge(row.domain(), row.updates(), Long::sum));
    }
    return updates;
  }

  /**
   * Adds slices of one round, in one commit.
   *
   * @param plans in the order of {@code next}
   * @param outcomes by the slice's name
   * @param forwardFlopsPerToken what predicting a token takes
   */
  void add(
      List<MarginalSlices.Next> next,
      List<TrainingPlan> plans,
      Map<String, SliceTask.Outcome> outcomes,
      double forwardFlopsPerToken) {
    List<SliceRow> rows = new ArrayList<>();
    List<LedgerRow> scoring = new ArrayList<>();
    for (int i = 0; i < next.size(); i++) {
      SliceTask.Outcome outcome = Objects.requireNonNull(outcomes.get(plans.get(i).checkpoint()));
      rows.add(row(next.get(i), plans.get(i), outcome));
      scoring.add(ledgerRow(next.get(i).domain(), outcome, forwardFlopsPerToken));
    }
    // What is scored again costs again: no two are the same piece of work.
    String transaction = "slices/" + UUID.randomUUID();
    run.table(TableSchema.LEDGER).append(scoring, transaction);
    table.append(rows, transaction);
  }

  private SliceRow row(MarginalSlices.Next next, TrainingPlan plan, SliceTask.Outcome outcome) {
    return new SliceRow(
        next.round(),
        next.roundSlices(),
        next.domain(),
        next.number(),
        plan.steps(),
        plan.learningRate(plan.firstStep()),
        outcome.perplexityBefore(),
        outcome.perplexityAfter(),
        outcome.deviceSeconds(),
        run.sequencesVersion());
  }

  private static LedgerRow ledgerRow(
      String domain, SliceTask.Outcome outcome, double forwardFlopsPerToken) {
    return new LedgerRow(
        "score",
        outcome.slice(),
        domain,
        0,
        outcome.cost().device(),
        Instant.now(),
        outcome.cost().deviceSeconds(),
        outcome.cost().cpuSeconds(),
        forwardFlopsPerToken * outcome.scored(),
        outcome.scored(),
        0);
  }
}
