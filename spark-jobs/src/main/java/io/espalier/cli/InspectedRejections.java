package io.espalier.cli;

import io.espalier.config.ConfigException;
import io.espalier.config.RunPaths;
import io.espalier.table.LatestRows;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;

/**
 * What a run rejected, and why.
 *
 * @param table the folder of the table {@code rejections}
 * @param read records that were read: documents that were kept, and rejections
 * @param groups how many records of each stage and reason, the most first
 * @param shown some of those that were asked for, by file and record; empty if none were asked for
 */
record InspectedRejections(String table, long read, List<Group> groups, List<Line> shown)
    implements Inspected {
  private static final List<String> COLUMNS =
      List.of("id", "file", "record", "stage", "reason", "detail", "text");
  private static final Comparator<Line> ORDER =
      Comparator.comparing(Line::file).thenComparing(Line::record).thenComparing(Line::id);

  /**
   * Records with one fate.
   *
   * @param share of all records that were read
   * @param example the first of them
   */
  record Group(String stage, String reason, long records, double share, Line example) {}

  /**
   * One record.
   *
   * @param detail why; of a duplicate also of what
   * @param text its beginning
   */
  record Line(
      String id,
      String file,
      long record,
      String stage,
      String reason,
      String detail,
      String text) {
    private static Line of(Map<String, Object> row) {
      return new Line(
          LatestRows.text(row, "id"),
          LatestRows.text(row, "file"),
          LatestRows.number(row, "record"),
          LatestRows.text(row, "stage"),
          LatestRows.text(row, "reason"),
          LatestRows.text(row, "detail"),
          Cell.shortened(beginning(LatestRows.text(row, "text"))));
    }

    private static String beginning(String text) {
      return text.substring(0, Math.min(text.length(), 1000));
    }

    private boolean matches(String asked) {
      return reason.equals(asked) || stage.equals(asked);
    }

    /** Name of the file and number of the record; the whole path is in the JSON. */
    String place() {
      String name = file.substring(file.lastIndexOf('/') + 1);
      return record == 0 ? name : name + " #" + record;
    }
  }

  /**
   * Counts the rejections of a run, and shows some.
   *
   * @param asked a reason or a stage; empty for none
   * @param limit most records that are shown
   * @throws ConfigException if nothing was rejected with this reason, or nothing is prepared
   */
  static InspectedRejections of(RunPaths run, String asked, int limit, Map<String, String> hadoop) {
    Map<List<String>, Long> counts = new TreeMap<>(Comparator.comparing(List::toString));
    Map<List<String>, Line> examples = new TreeMap<>(Comparator.comparing(List::toString));
    PriorityQueue<Line> first = new PriorityQueue<>(ORDER.reversed());
    LatestRows.forEach(
        run.table("rejections"),
        COLUMNS,
        hadoop,
        row -> {
          Line line = Line.of(row);
          List<String> fate = List.of(line.stage(), line.reason());
          counts.merge(fate, 1L, Long::sum);
          examples.merge(fate, line, (a, b) -> ORDER.compare(a, b) <= 0 ? a : b);
          if (line.matches(asked)) {
            first.add(line);
            if (first.size() > limit) {
              first.remove();
            }
          }
        });
    long[] kept = new long[1];
    LatestRows.forEach(run.table("documents"), List.of("bytes"), hadoop, row -> kept[0]++);
    check(run, asked, counts, kept[0]);
    long read = kept[0] + counts.values().stream().mapToLong(Long::longValue).sum();
    List<Line> shown = new ArrayList<>(first);
    shown.sort(ORDER);
    return new InspectedRejections(
        run.table("rejections"), read, groups(counts, examples, read), shown);
  }

  private static List<Group> groups(
      Map<List<String>, Long> counts, Map<List<String>, Line> examples, long read) {
    List<Group> groups = new ArrayList<>();
    examples.forEach(
        (fate, example) -> {
          long records = counts.getOrDefault(fate, 0L);
          groups.add(
              new Group(fate.get(0), fate.get(1), records, (double) records / read, example));
        });
    groups.sort(Comparator.comparing(Group::records).reversed());
    return groups;
  }

  private static void check(RunPaths run, String asked, Map<List<String>, Long> counts, long kept) {
    if (counts.isEmpty() && kept == 0) {
      throw new ConfigException(
          "%s has no documents and no rejections; prepare makes them"
              .formatted(RunPaths.shown(run.root())));
    }
    boolean known = counts.keySet().stream().anyMatch(fate -> fate.contains(asked));
    if (!asked.isEmpty() && !known) {
      throw new ConfigException(
          "--rejections is %s but nothing was rejected with this reason or at this stage; there %s"
              .formatted(
                  asked,
                  counts.isEmpty()
                      ? "are no rejections"
                      : "are "
                          + String.join(
                              ", ", counts.keySet().stream().map(f -> f.get(1)).toList())));
    }
  }

  @Override
  public String toText() {
    long rejected = groups.stream().mapToLong(Group::records).sum();
    String head =
        "Rejections  %s%nRead        %,d records, %,d kept, %,d rejected%n%n"
            .formatted(table, read, read - rejected, rejected);
    return head + (shown.isEmpty() ? groupTable() : lines());
  }

  private String groupTable() {
    TextTable rows = TextTable.of("Stage", "Reason", ">Records", ">Share", "For example", "Detail");
    groups.forEach(
        g ->
            rows.row(
                g.stage(),
                g.reason(),
                "%,d".formatted(g.records()),
                "%.2f %%".formatted(100 * g.share()),
                g.example().place(),
                g.example().detail()));
    return rows.toText();
  }

  private String lines() {
    TextTable rows = TextTable.of("Id", "File and record", "Reason", "Detail", "Text");
    shown.forEach(l -> rows.row(l.id(), l.place(), l.reason(), l.detail(), l.text()));
    return rows.toText();
  }
}
