package io.espalier.upkeep;

import io.delta.kernel.data.Row;
import io.espalier.checkpoint.CheckpointCatalogue;
import io.espalier.config.FormatException;
import io.espalier.config.RunPaths;
import io.espalier.forest.ExpertStatus;
import io.espalier.table.TableSchema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.hadoop.conf.Configuration;

/**
 * What the run's tables and manifests name: checkpoints by their hash, tables by their version.
 *
 * @param experts every expert that a version of the forest has and that wasn't deleted
 * @param deleted hashes of checkpoints that were deleted on purpose, with what descended from them
 * @param figures hashes that figures stand under: of checkpoints, or of whole forests
 * @param tableVersions versions of tables that something was made from, by the table's name
 * @param forestVersion the newest version of the forest; 0 where there is none
 */
record References(
    List<NamedExpert> experts,
    Set<String> deleted,
    Set<String> figures,
    Map<String, Set<Long>> tableVersions,
    long forestVersion) {

  /** An expert of a version of the forest. */
  record NamedExpert(long version, String checkpoint, String hash, boolean active) {}

  /** Tables with figures of checkpoints, and the columns that hold their hashes. */
  private static final Map<TableSchema<?>, List<String>> FIGURES =
      Map.of(
          TableSchema.RESULTS, List.of("checkpoint_hash"),
          TableSchema.SCORES, List.of("checkpoint_hash"),
          TableSchema.INTERPOLATIONS, List.of("first_hash", "second_hash"));

  /**
   * Reads them.
   *
   * @param files of the run
   * @param onDamage told of each table that can't be read, whose references are missing then
   */
  static References of(
      Configuration configuration,
      RunPaths paths,
      RawFiles files,
      CheckpointCatalogue checkpoints,
      Consumer<Problem> onDamage) {
    Map<String, Set<Long>> versions = new HashMap<>();
    checkpoints
        .found()
        .forEach(
            found ->
                found
                    .manifest()
                    .provenance()
                    .tableVersions()
                    .forEach((table, version) -> add(versions, table, version)));
    Set<String> figures = new HashSet<>();
    var tables = new Tables(configuration, paths, files, onDamage);
    FIGURES.forEach(
        (schema, columns) ->
            columns.forEach(
                column ->
                    figures.addAll(tables.rows(schema, List.of(column), r -> r.getString(0)))));
    tables
        .rows(TableSchema.RESULTS, List.of("sequences_version"), row -> row.getLong(0))
        .forEach(version -> add(versions, TableSchema.SEQUENCES.name(), version));
    List<NamedExpert> experts = new ArrayList<>();
    Set<String> deleted = new HashSet<>();
    long forestVersion = 0;
    for (ForestRow row : tables.forest()) {
      forestVersion = Math.max(forestVersion, row.version());
      add(versions, TableSchema.SEQUENCES.name(), row.dataVersion());
      deleted.addAll(row.deleted());
      if (row.status().equals(ExpertStatus.DELETED.toString())) {
        deleted.add(row.hash());
      } else {
        boolean active = row.status().equals(ExpertStatus.ACTIVE.toString());
        experts.add(new NamedExpert(row.version(), row.checkpoint(), row.hash(), active));
      }
    }
    experts.removeIf(expert -> deleted.contains(expert.hash()));
    return new References(experts, deleted, figures, versions, forestVersion);
  }

  /** Whether an expert takes part in the newest version of the forest. */
  boolean isActive(String hash) {
    return experts.stream()
        .anyMatch(e -> e.hash().equals(hash) && e.active() && e.version() == forestVersion);
  }

  /** Versions of a table that must stay readable. */
  Set<Long> versionsOf(String table) {
    return tableVersions.getOrDefault(table, Set.of());
  }

  private static void add(Map<String, Set<Long>> versions, String table, long version) {
    // -1: it wasn't noted. Of the forest manifests name its own versions, which are rows.
    if (version >= 0 && !table.equals(TableSchema.FOREST.name())) {
      versions.computeIfAbsent(table, name -> new TreeSet<>()).add(version);
    }
  }

  private record ForestRow(
      long version,
      String checkpoint,
      String hash,
      String status,
      long dataVersion,
      List<String> deleted) {}

  private record Tables(
      Configuration configuration, RunPaths paths, RawFiles files, Consumer<Problem> onDamage) {

    List<ForestRow> forest() {
      return rows(
          TableSchema.FOREST,
          List.of("version", "checkpoint", "checkpoint_hash", "status", "data_version", "deleted"),
          row ->
              new ForestRow(
                  row.getLong(0),
                  row.getString(1),
                  row.getString(2),
                  row.getString(3),
                  row.getLong(4),
                  row.isNullAt(5) ? List.of() : strings(row)));
    }

    <T> List<T> rows(TableSchema<?> schema, List<String> columns, Function<Row, T> as) {
      String folder = "tables/" + schema.name();
      if (files.below(folder + "/_delta_log").isEmpty()) {
        return List.of();
      }
      try {
        return KernelTable.at(configuration, paths.table(schema.name())).rows(columns, as);
      } catch (FormatException e) {
        onDamage.accept(
            new Problem(
                folder,
                Problem.Kind.DAMAGED,
                "can't be read, so what it refers to isn't known: " + e.getMessage(),
                Remedies.of(folder)));
        return List.of();
      }
    }

    private static List<String> strings(Row row) {
      var values = row.getArray(5);
      List<String> strings = new ArrayList<>();
      for (int i = 0; i < values.getSize(); i++) {
        strings.add(values.getElements().getString(i));
      }
      return strings;
    }
  }
}
