package io.espalier.report;

import java.util.List;

/**
 * Steps of the heat map's scale: how a perplexity relates to the reference model's. Finer near
 * equality, where the differences that matter are.
 */
public final class Level {
  /** A ratio above the i-th edge is at least level i + 1. What is lost can be large. */
  private static final double[] WORSE = {1.01, 1.05, 1.2, 1.6, 2.5};

  /** A ratio below the i-th edge is at most level −(i + 1). What is gained is small. */
  private static final double[] BETTER = {0.99, 0.97, 0.93, 0.85, 0.7};

  private Level() {}

  /** −5 … 5; 0 within one per cent, or where there is nothing to compare. */
  static int of(double ratio) {
    int level = 0;
    for (int i = 0; i < WORSE.length; i++) {
      level += ratio > WORSE[i] ? 1 : 0;
      level -= ratio < BETTER[i] ? 1 : 0;
    }
    return level;
  }

  /** One step of the legend: CSS class and meaning. */
  public record Step(String style, String meaning) {}

  public static List<Step> legend() {
    return List.of(
        new Step("m5", "below −30 %"),
        new Step("m4", "−30 to −15 %"),
        new Step("m3", "−15 to −7 %"),
        new Step("m2", "−7 to −3 %"),
        new Step("m1", "−3 to −1 %"),
        new Step("z", "within 1 %"),
        new Step("p1", "+1 to +5 %"),
        new Step("p2", "+5 to +20 %"),
        new Step("p3", "+20 to +60 %"),
        new Step("p4", "+60 to +150 %"),
        new Step("p5", "above +150 %"));
  }
}
