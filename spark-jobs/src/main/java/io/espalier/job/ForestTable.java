package io.espalier.job;

import io.espalier.forest.Expert;
import io.espalier.forest.ExpertStatus;
import io.espalier.forest.Forest;
import io.espalier.forest.ForestHistory;
import io.espalier.forest.ForestVersion;
import io.espalier.table.ForestRow;
import io.espalier.table.Table;
import io.espalier.table.TableSchema;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/** The table {@code forest}: every version of it, each added once and changed never. */
final class ForestTable {
  private final Table<ForestRow> table;
  private final ProgressListener listener;

  ForestTable(Run run) {
    this.table = run.table(TableSchema.FOREST);
    this.listener = run.listener();
  }

  /** Every version; none where no expert was recorded yet. */
  ForestHistory history() {
    OptionalLong latest = table.latestVersion();
    if (latest.isEmpty()) {
      return new ForestHistory(List.of());
    }
    Map<Long, List<ForestRow>> byVersion = new TreeMap<>();
    table
        .collect(latest.getAsLong())
        .forEach(row -> byVersion.computeIfAbsent(row.version(), v -> new ArrayList<>()).add(row));
    List<ForestVersion> versions = new ArrayList<>();
    byVersion.forEach((number, rows) -> versions.add(version(number, rows)));
    return ForestHistory.inOrderOfJoining(versions);
  }

  /** Adds a version; the same version added again changes nothing. */
  ForestVersion add(Forest forest, String change) {
    listener.beforeWriting(); // A change may be this alone.
    Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    List<ForestRow> rows =
        forest.experts().stream().map(expert -> row(forest, expert, change, now)).toList();
    table.append(rows, "forest/" + forest.version());
    return new ForestVersion(forest, now, change);
  }

  private static ForestRow row(Forest forest, Expert expert, String change, Instant now) {
    return new ForestRow(
        forest.version(),
        expert.domain(),
        expert.checkpoint(),
        expert.hash(),
        expert.parents(),
        expert.dataVersion(),
        expert.status().toString(),
        expert.branchPoint(),
        expert.tokens(),
        change,
        now,
        expert.deleted());
  }

  private static ForestVersion version(long number, List<ForestRow> rows) {
    ForestRow first = rows.get(0);
    return new ForestVersion(
        new Forest(number, rows.stream().map(ForestTable::expert).toList()),
        first.recordedAt(),
        first.change());
  }

  private static Expert expert(ForestRow row) {
    return new Expert(
        row.domain(),
        row.checkpoint(),
        row.checkpointHash(),
        row.parents(),
        row.dataVersion(),
        ExpertStatus.of(row.status()),
        row.branchPoint(),
        row.tokens(),
        row.deleted());
  }
}
