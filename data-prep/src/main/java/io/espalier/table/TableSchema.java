package io.espalier.table;

import java.util.List;
import java.util.Set;

/**
 * A table of a run: its name, the record that says what its columns are, and the columns it is
 * partitioned by. The constants are all the tables there are.
 *
 * @param laterColumns columns that the table didn't have from the beginning: in rows from before
 *     they read as 0, as the empty string, list or bytes, or as the epoch
 */
public record TableSchema<R extends Record>(
    String name, Class<R> row, List<String> partitionColumns, Set<String> laterColumns) {

  public TableSchema {
    partitionColumns = List.copyOf(partitionColumns);
    laterColumns = Set.copyOf(laterColumns);
  }

  TableSchema(String name, Class<R> row, List<String> partitionColumns) {
    this(name, row, partitionColumns, Set.of());
  }

  public static final TableSchema<DocumentRow> DOCUMENTS =
      new TableSchema<>("documents", DocumentRow.class, List.of(), Set.of("edits", "language"));

  public static final TableSchema<RejectionRow> REJECTIONS =
      new TableSchema<>("rejections", RejectionRow.class, List.of(), Set.of("raw"));

  /** Partitioned so that a task reads the files of its own domain and split and no others. */
  public static final TableSchema<PackedSequenceRow> SEQUENCES =
      new TableSchema<>("sequences", PackedSequenceRow.class, List.of("domain", "split"));

  /** Partitioned by checkpoint, so that a new checkpoint's scores touch no other's files. */
  public static final TableSchema<ScoreRow> SCORES =
      new TableSchema<>("scores", ScoreRow.class, List.of("checkpoint"));

  public static final TableSchema<ResultRow> RESULTS =
      new TableSchema<>("results", ResultRow.class, List.of(), Set.of("forest_version"));

  public static final TableSchema<ComparisonRow> COMPARISONS =
      new TableSchema<>("comparisons", ComparisonRow.class, List.of());

  public static final TableSchema<MetricsRow> METRICS =
      new TableSchema<>("metrics", MetricsRow.class, List.of(), Set.of("decision"));

  public static final TableSchema<LedgerRow> LEDGER =
      new TableSchema<>("ledger", LedgerRow.class, List.of());

  public static final TableSchema<ForestRow> FOREST =
      new TableSchema<>(
          "forest",
          ForestRow.class,
          List.of(),
          Set.of("branch_point", "tokens", "change", "recorded_at", "deleted"));

  public static final TableSchema<TrialRow> TRIALS =
      new TableSchema<>("trials", TrialRow.class, List.of());

  public static final TableSchema<InterpolationRow> INTERPOLATIONS =
      new TableSchema<>("interpolations", InterpolationRow.class, List.of());

  public static final TableSchema<SliceRow> SLICES =
      new TableSchema<>("slices", SliceRow.class, List.of());

  /**
   * Whether each version's commit tells which rows came and went (Delta's change data feed): so a
   * reader of these tables learns which domains grew.
   */
  boolean hasChangeFeed() {
    return row == DocumentRow.class || row == RejectionRow.class;
  }

  /** Every table, in the order in which a run fills them. */
  public static List<TableSchema<?>> all() {
    return List.of(
        DOCUMENTS,
        REJECTIONS,
        SEQUENCES,
        SCORES,
        RESULTS,
        COMPARISONS,
        METRICS,
        LEDGER,
        FOREST,
        TRIALS,
        INTERPOLATIONS,
        SLICES);
  }
}
