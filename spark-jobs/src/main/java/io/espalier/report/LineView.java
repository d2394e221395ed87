package io.espalier.report;

import io.espalier.evaluate.ConnectingLine;
import java.util.List;

/**
 * Perplexity along the straight line between two checkpoints.
 *
 * @param title the two
 * @param finding whether averaging them can work
 */
public record LineView(String title, String finding, Chart chart) {

  /**
   * @param number of the line on its page
   */
  static LineView of(int number, ConnectingLine line) {
    List<Double> shares = line.points().stream().map(ConnectingLine.Point::share).toList();
    Chart chart =
        new Chart(
            "line-" + number,
            "points",
            "share of " + line.second().checkpoint(),
            "mean validation perplexity",
            List.of(),
            List.of(
                new Chart.Series(
                    "on the line",
                    "c0",
                    false,
                    shares,
                    line.points().stream().map(ConnectingLine.Point::perplexity).toList()),
                new Chart.Series(
                    "an even change",
                    Palette.MUTED,
                    true,
                    List.of(0.0, 1.0),
                    List.of(line.even(0), line.even(1)))));
    return new LineView(
        "From %s to %s".formatted(line.first().checkpoint(), line.second().checkpoint()),
        line.finding(),
        chart);
  }
}
