package io.espalier.report;

import java.util.ArrayList;
import java.util.List;

/**
 * How far each model is from the reference on each domain.
 *
 * @param chart one dot per domain and model
 * @param finding on how many domains what wins
 * @param beyond how many values are too far off to be drawn
 */
public record RelativeChart(Chart chart, String finding, int beyond) {
  /**
   * In per cent; further off, a model is out of the competition and would only squeeze the rest.
   */
  private static final double LIMIT = 60;

  private static final List<String> COLOURS =
      List.of(Palette.MUTED, "c2", "c5", "c0", "c7", "c1", "c4", "c6", "c3");

  static RelativeChart of(Grid grid) {
    List<Grid.Row> domains =
        grid.rows().stream().filter(row -> row.kind() != Grid.Kind.MEAN).toList();
    List<Chart.Series> series = new ArrayList<>();
    int beyond = 0;
    for (int c = 0; c < grid.columns().size(); c++) {
      Grid.Column column = grid.columns().get(c);
      if (column.model().equals(grid.reference().full())) {
        continue;
      }
      List<Double> values = new ArrayList<>();
      for (Grid.Row row : domains) {
        double percent = percent(grid, row, c);
        boolean drawn = Math.abs(percent) <= LIMIT;
        beyond += !drawn && !Double.isNaN(percent) ? 1 : 0;
        values.add(drawn ? percent : Double.NaN);
      }
      String label = (column.group() + " " + column.label()).strip();
      String colour = COLOURS.get(series.size() % COLOURS.size());
      series.add(new Chart.Series(label, colour, false, List.of(), values));
    }
    Chart chart =
        new Chart(
            "relative",
            "dots",
            "perplexity relative to %s (%%)".formatted(grid.reference().phrase()),
            "",
            domains.stream().map(Grid.Row::label).toList(),
            series);
    return new RelativeChart(chart, finding(grid, domains), beyond);
  }

  private static double percent(Grid grid, Grid.Row row, int column) {
    for (int c = 0; c < grid.columns().size(); c++) {
      if (grid.columns().get(c).model().equals(grid.reference().full())) {
        return 100 * (row.cells().get(column).perplexity() / row.cells().get(c).perplexity() - 1);
      }
    }
    return Double.NaN;
  }

  private static String finding(Grid grid, List<Grid.Row> domains) {
    List<String> parts = new ArrayList<>();
    for (int c = 0; c < grid.columns().size(); c++) {
      Grid.Column column = grid.columns().get(c);
      if (!column.group().equals("ensemble") && !column.group().equals("average")) {
        continue;
      }
      int index = c;
      long compared =
          domains.stream().filter(row -> !Double.isNaN(percent(grid, row, index))).count();
      long better = domains.stream().filter(row -> percent(grid, row, index) < 0).count();
      parts.add(
          "the %s %s on %d of %d domains"
              .formatted(column.group(), column.label(), better, compared));
    }
    return parts.isEmpty()
        ? ""
        : "Better than %s: %s.".formatted(grid.reference().phrase(), Phrases.enumeration(parts));
  }
}
