package io.espalier.report;

import java.util.List;

/**
 * What report.js draws on one canvas.
 *
 * @param id of the canvas
 * @param kind {@code line}, {@code points}, {@code area}, {@code bars}, {@code dots} or {@code
 *     log-dots}
 * @param xTitle quantity and unit
 * @param yTitle quantity and unit; empty if the axis is of names
 * @param labels names along the category axis; empty if both axes are numbers
 * @param series what is drawn
 */
public record Chart(
    String id,
    String kind,
    String xTitle,
    String yTitle,
    List<String> labels,
    List<Series> series) {

  /**
   * One set of values.
   *
   * @param colour {@link Palette#INK}, {@link Palette#MUTED}, or {@code c0} … {@code c7}
   * @param x numbers along the x axis; empty if {@link Chart#labels} gives it
   * @param y one number per x or label; NaN = nothing there
   */
  public record Series(
      String label, String colour, boolean dashed, List<Double> x, List<Double> y) {}
}
