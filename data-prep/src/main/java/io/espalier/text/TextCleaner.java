package io.espalier.text;

/**
 * Brings text into one form without changing what it says.
 *
 * <ul>
 *   <li>Every line end (CRLF, CR, VT, FF, NEL, U+2028, U+2029) becomes {@code \n}.
 *   <li>Control characters other than tab, noncharacters, byte order marks and zero-width spaces
 *       go; joiners stay, since emoji and Persian are spelled with them.
 *   <li>Every other space (Unicode category Zs) becomes a plain space. Runs of spaces and
 *       indentation stay: they carry meaning in code and tables.
 *   <li>Spaces and tabs before a line end go, as do blank lines at both ends; three or more blank
 *       lines become two.
 *   <li>Of combining marks in a row the first {@value CombiningMarks#MOST_IN_A_ROW} stay.
 *   <li>An unpaired surrogate, which UTF-8 can't write, becomes U+FFFD.
 *   <li>Unicode normalisation last, when nothing stands between a letter and its accent any more.
 * </ul>
 *
 * <p>Cleaning clean text changes nothing. Thread-safe.
 */
public final class TextCleaner {
  /** Two blank lines: what style guides of programming languages put between definitions. */
  private static final int MOST_LINE_ENDS_IN_A_ROW = 3;

  private final StringBuilder out;
  private int lineEndsInARow;

  private TextCleaner(int capacity) {
    this.out = new StringBuilder(capacity);
  }

  /** The cleaned text; empty if nothing but white space and control characters was there. */
  public static String clean(String text, UnicodeForm form) {
    TextCleaner cleaner = new TextCleaner(text.length());
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      if (c == '\r' && i < text.length() && text.charAt(i) == '\n') {
        continue;
      }
      cleaner.add(c);
    }
    cleaner.dropTrailingSpaces();
    cleaner.dropTrailingLineEnds();
    // Once for the normaliser's sake, once because a mark can decompose into two.
    String normalized = form.normalize(CombiningMarks.shortened(cleaner.out.toString()));
    return CombiningMarks.shortened(normalized);
  }

  private void add(int c) {
    if (c > ' ' && c < 0x7F) {
      append(c);
    } else if (isLineEnd(c)) {
      endLine();
    } else if (c == '\t') {
      append('\t');
    } else if (Character.getType(c) == Character.SPACE_SEPARATOR) {
      append(' ');
    } else if (Character.getType(c) == Character.SURROGATE) {
      append('\uFFFD');
    } else if (!isInvisible(c)) {
      append(c);
    }
  }

  private void append(int c) {
    lineEndsInARow = 0;
    out.appendCodePoint(c);
  }

  private void endLine() {
    // Blank lines may hold spaces, which count for nothing.
    int before = out.length();
    dropTrailingSpaces();
    if (out.length() < before) {
      lineEndsInARow = trailingLineEnds();
    }
    if (!out.isEmpty() && lineEndsInARow < MOST_LINE_ENDS_IN_A_ROW) {
      out.append('\n');
      lineEndsInARow++;
    }
  }

  private int trailingLineEnds() {
    int count = 0;
    while (count < out.length() && out.charAt(out.length() - 1 - count) == '\n') {
      count++;
    }
    return count;
  }

  private void dropTrailingSpaces() {
    int end = out.length();
    while (end > 0 && (out.charAt(end - 1) == ' ' || out.charAt(end - 1) == '\t')) {
      end--;
    }
    out.setLength(end);
  }

  private void dropTrailingLineEnds() {
    out.setLength(out.length() - trailingLineEnds());
  }

  private static boolean isLineEnd(int c) {
    return (c >= '\n' && c <= '\r') || c == 0x85 || c == 0x2028 || c == 0x2029;
  }

  private static boolean isInvisible(int c) {
    return Character.getType(c) == Character.CONTROL
        || c == 0xFEFF
        || c == 0x200B
        || (c & 0xFFFE) == 0xFFFE
        || (c >= 0xFDD0 && c <= 0xFDEF);
  }
}
