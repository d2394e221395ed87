package io.espalier.report;

import io.espalier.evaluate.Comparison;
import io.espalier.evaluate.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** The comparison as aligned text for a terminal. */
public final class ResultTable {
  /** Average and ensemble columns beyond this many each are left to the report. */
  private static final int MAXIMUM_COLUMNS_PER_GROUP = 3;

  private ResultTable() {}

  /**
   * Domain × model: perplexity of dense, seed, each domain's own expert, averages and ensembles,
   * with the means over domains; {@code *} marks the lowest of a row.
   *
   * @return lines that each end with a line break; a sentence if there are no results
   */
  public static String of(List<Result> results) {
    return of(results, List.of());
  }

  /**
   * The same, with {@code ~} behind what doesn't differ significantly from the reference.
   *
   * @param comparisons which differences are more than chance
   */
  public static String of(List<Result> results, List<Comparison> comparisons) {
    Figures figures = Figures.of(results);
    Grid grid = Grid.comparison(figures, Significance.of(comparisons));
    if (grid.columns().isEmpty()) {
      return "No results yet.\n";
    }
    List<Integer> shown = shown(grid.columns());
    List<List<String>> lines = new ArrayList<>();
    int marks = comparisons.isEmpty() ? 1 : 2;
    lines.add(headings("", shown, grid, true, marks));
    lines.add(headings("domain", shown, grid, false, marks));
    grid.rows().forEach(row -> lines.add(line(row, shown, marks)));
    String left =
        shown.size() == grid.columns().size()
            ? ""
            : "%d more columns are in the report.%n"
                .formatted(grid.columns().size() - shown.size());
    String uncertain =
        comparisons.isEmpty()
            ? ""
            : ", ~ is no significant difference from " + grid.reference().phrase();
    return "Perplexity on the %s split (lower is better, * is the lowest%s)%n%s%s"
        .formatted(figures.split(), uncertain, aligned(lines, grid), left);
  }

  private static List<Integer> shown(List<Grid.Column> columns) {
    return IntStream.range(0, columns.size())
        .filter(
            i ->
                columns.get(i).group().isEmpty()
                    || IntStream.range(0, i)
                            .filter(k -> columns.get(k).group().equals(columns.get(i).group()))
                            .count()
                        < MAXIMUM_COLUMNS_PER_GROUP)
        .boxed()
        .toList();
  }

  private static List<String> headings(
      String first, List<Integer> shown, Grid grid, boolean groups, int marks) {
    List<String> cells = new ArrayList<>(List.of(first));
    for (int i : shown) {
      Grid.Column column = grid.columns().get(i);
      cells.add((groups ? column.group() : column.label()) + " ".repeat(marks));
    }
    return cells;
  }

  private static List<String> line(Grid.Row row, List<Integer> shown, int marks) {
    List<String> cells = new ArrayList<>(List.of(row.label()));
    for (int i : shown) {
      Grid.Cell cell = row.cells().get(i);
      String mark = (cell.best() ? "*" : "") + cell.mark();
      cells.add(cell.text() + mark + " ".repeat(marks - mark.length()));
    }
    return cells;
  }

  private static String aligned(List<List<String>> lines, Grid grid) {
    int[] widths =
        IntStream.range(0, lines.get(0).size())
            .map(c -> lines.stream().mapToInt(line -> line.get(c).length()).max().orElse(0))
            .toArray();
    String rule = "-".repeat(IntStream.of(widths).sum() + 2 * (widths.length - 1)) + "\n";
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < lines.size(); i++) {
      if (i == 2 || (i > 2 && startsGroup(grid.rows(), i - 2))) {
        text.append(rule);
      }
      text.append(aligned(lines.get(i), widths)).append('\n');
    }
    return text.toString();
  }

  /** A rule stands above evaluation domains; means follow their domains. */
  private static boolean startsGroup(List<Grid.Row> rows, int row) {
    return rows.get(row).kind() == Grid.Kind.EVALUATION
        && rows.get(row - 1).kind() != Grid.Kind.EVALUATION;
  }

  private static String aligned(List<String> cells, int[] widths) {
    StringBuilder line = new StringBuilder(cells.get(0));
    line.append(" ".repeat(widths[0] - cells.get(0).length()));
    for (int c = 1; c < cells.size(); c++) {
      line.append("  ").append(" ".repeat(widths[c] - cells.get(c).length())).append(cells.get(c));
    }
    return line.toString().stripTrailing();
  }
}
