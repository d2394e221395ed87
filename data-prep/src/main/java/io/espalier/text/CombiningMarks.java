package io.espalier.text;

/**
 * Keeps runs of combining marks short. No language needs more than 30 (stream-safe text, UAX #15),
 * and normalising a million in a row, as in a hostile document, takes minutes.
 */
final class CombiningMarks {
  static final int MOST_IN_A_ROW = 30;

  private CombiningMarks() {}

  /** The text itself, or a copy without the marks that are too many. */
  static String shortened(String text) {
    int end = endOfAllowed(text, 0);
    if (end == text.length()) {
      return text;
    }
    StringBuilder copy = new StringBuilder(text.length()).append(text, 0, end);
    while (end < text.length()) {
      int start = endOfMarks(text, end);
      end = endOfAllowed(text, start);
      copy.append(text, start, end);
    }
    return copy.toString();
  }

  /** Where the first mark stands that is too many, or the end of the text. */
  private static int endOfAllowed(String text, int start) {
    int marks = 0;
    for (int i = start; i < text.length(); ) {
      int c = text.codePointAt(i);
      marks = isMark(c) ? marks + 1 : 0;
      if (marks > MOST_IN_A_ROW) {
        return i;
      }
      i += Character.charCount(c);
    }
    return text.length();
  }

  private static int endOfMarks(String text, int start) {
    int end = start;
    while (end < text.length() && isMark(text.codePointAt(end))) {
      end += Character.charCount(text.codePointAt(end));
    }
    return end;
  }

  private static boolean isMark(int c) {
    // The first combining mark of Unicode is U+0300.
    int type = c < 0x300 ? Character.UNASSIGNED : Character.getType(c);
    return type == Character.NON_SPACING_MARK
        || type == Character.COMBINING_SPACING_MARK
        || type == Character.ENCLOSING_MARK;
  }
}
