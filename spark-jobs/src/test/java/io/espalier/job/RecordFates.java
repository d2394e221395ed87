package io.espalier.job;

import io.espalier.config.RunPaths;
import io.espalier.prep.RecordPlace;
import io.espalier.table.LatestRows;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What became of every record of a run, from its tables {@code documents}, {@code rejections} and
 * {@code records}.
 *
 * @param byPlace file below a folder and number → what became of it
 * @param byId those that got as far as being compared with others, whose ids are unique
 */
record RecordFates(Map<String, Fate> byPlace, Map<String, Fate> byId) {

  /**
   * One record.
   *
   * @param stage where it was rejected; empty if it was kept
   * @param reason empty if it was kept
   */
  record Fate(
      String place,
      String id,
      String source,
      String domain,
      String text,
      String edits,
      String stage,
      String reason,
      String detail) {
    boolean kept() {
      return stage.isEmpty();
    }

    /** Whether another document was what it was rejected for. */
    boolean compared() {
      return List.of("deduplicate", "near_duplicate", "decontaminate").contains(stage);
    }

    @Override
    public String toString() {
      return kept() ? "kept in " + domain : "%s (%s: %s)".formatted(reason, stage, detail);
    }
  }

  /**
   * Reads them.
   *
   * @param folder that places are told from
   */
  static RecordFates read(RunPaths paths, Path folder) {
    String below = folder.toFile().toURI().toString();
    List<Fate> kept = new ArrayList<>();
    Map<String, RecordPlace> places = new HashMap<>();
    List<Map<String, Object>> documents =
        LatestRows.of(
            paths.table("documents"), List.of("id", "source", "domain", "text", "edits"), Map.of());
    places.putAll(
        RecordPlace.of(
            paths, documents.stream().map(row -> LatestRows.text(row, "id")).toList(), Map.of()));
    for (Map<String, Object> row : documents) {
      RecordPlace place = Optional.ofNullable(places.get(LatestRows.text(row, "id"))).orElseThrow();
      kept.add(fate(row, place(place.file(), place.record(), below)));
    }
    Map<String, Fate> byPlace = new HashMap<>();
    Map<String, Fate> byId = new HashMap<>();
    kept.forEach(fate -> put(fate, byPlace, byId));
    LatestRows.forEach(
        paths.table("rejections"),
        List.of("id", "source", "file", "record", "text", "stage", "reason", "detail"),
        Map.of(),
        row ->
            put(
                fate(
                    row,
                    place(LatestRows.text(row, "file"), LatestRows.number(row, "record"), below)),
                byPlace,
                byId));
    return new RecordFates(byPlace, byId);
  }

  private static void put(Fate fate, Map<String, Fate> byPlace, Map<String, Fate> byId) {
    if (byPlace.put(fate.place(), fate) != null) {
      throw new IllegalStateException("Two records at " + fate.place());
    }
    if (fate.kept() || fate.compared()) {
      byId.put(fate.id(), fate);
    }
  }

  private static String place(String file, long record, String below) {
    if (!file.startsWith(below)) {
      throw new IllegalStateException(file + " is not below " + below);
    }
    return file.substring(below.length()) + "#" + record;
  }

  private static Fate fate(Map<String, Object> row, String place) {
    return new Fate(
        place,
        LatestRows.text(row, "id"),
        LatestRows.text(row, "source"),
        text(row, "domain"),
        LatestRows.text(row, "text"),
        text(row, "edits"),
        text(row, "stage"),
        text(row, "reason"),
        text(row, "detail"));
  }

  private static String text(Map<String, Object> row, String column) {
    return row.containsKey(column) ? LatestRows.text(row, column) : "";
  }
}
