package io.espalier.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A table for the console: a header, a rule, and rows in aligned columns. A header that starts with
 * {@code >} names a column of figures, which is aligned to the right.
 */
final class TextTable {
  private static final String GAP = "  ";

  private final List<Boolean> right;
  private final List<String> header;
  private final List<List<String>> rows = new ArrayList<>();

  private TextTable(List<String> columns) {
    right = columns.stream().map(c -> c.startsWith(">")).toList();
    header = columns.stream().map(c -> c.startsWith(">") ? c.substring(1) : c).toList();
  }

  static TextTable of(String... columns) {
    return new TextTable(List.of(columns));
  }

  static TextTable of(List<String> columns) {
    return new TextTable(columns);
  }

  TextTable row(String... cells) {
    return row(List.of(cells));
  }

  TextTable row(List<String> cells) {
    if (cells.size() != header.size()) {
      throw new IllegalArgumentException(
          "row has %d cells but the table %d columns".formatted(cells.size(), header.size()));
    }
    rows.add(List.copyOf(cells));
    return this;
  }

  /** A rule across the table, to set off what follows. */
  TextTable rule() {
    rows.add(List.of());
    return this;
  }

  /** The lines, each ended by a line feed. */
  String toText() {
    List<Integer> widths = new ArrayList<>();
    for (int column = 0; column < header.size(); column++) {
      widths.add(width(column));
    }
    List<List<String>> lines = new ArrayList<>();
    lines.add(header);
    lines.add(List.of());
    lines.addAll(rows);
    return lines.stream().map(line -> line(line, widths) + "\n").collect(Collectors.joining());
  }

  private int width(int column) {
    return rows.stream()
        .filter(row -> !row.isEmpty())
        .map(row -> length(row.get(column)))
        .reduce(length(header.get(column)), Math::max);
  }

  private String line(List<String> cells, List<Integer> widths) {
    List<String> padded = new ArrayList<>();
    for (int i = 0; i < widths.size(); i++) {
      padded.add(cells.isEmpty() ? "─".repeat(widths.get(i)) : pad(cells.get(i), i, widths.get(i)));
    }
    return String.join(GAP, padded).stripTrailing();
  }

  private String pad(String cell, int column, int width) {
    String space = " ".repeat(width - length(cell));
    return right.get(column) ? space + cell : cell + space;
  }

  private static int length(String cell) {
    return cell.codePointCount(0, cell.length());
  }
}
