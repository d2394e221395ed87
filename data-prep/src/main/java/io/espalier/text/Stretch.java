package io.espalier.text;

import java.util.Comparator;
import java.util.List;

/** Characters {@code [start, end)} of a text. */
public record Stretch(int start, int end) {

  /**
   * A text without some stretches.
   *
   * @param stretches in any order; they may overlap
   * @param joint stands where something was cut between two pieces that are left
   */
  public static String cut(String text, List<Stretch> stretches, String joint) {
    StringBuilder left = new StringBuilder(text.length());
    int from = 0;
    for (Stretch stretch :
        stretches.stream().sorted(Comparator.comparing(Stretch::start)).toList()) {
      append(left, text, from, stretch.start(), joint);
      from = Math.max(from, stretch.end());
    }
    append(left, text, from, text.length(), joint);
    return left.toString();
  }

  private static void append(StringBuilder left, String text, int start, int end, String joint) {
    String piece = start < end ? text.substring(start, end).strip() : "";
    if (!piece.isEmpty()) {
      left.append(left.isEmpty() ? "" : joint).append(piece);
    }
  }
}
