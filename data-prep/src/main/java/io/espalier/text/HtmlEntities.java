package io.espalier.text;

import org.jsoup.parser.Parser;

/**
 * Character references such as {@code nbsp} and {@code #x27} as the characters they stand for. A
 * reference needs its semicolon; what is none stays.
 *
 * <p>What comes out has none left, however often it had been escaped: the text is written again
 * character by character, and each semicolon closes what stands before it. Linear time.
 */
final class HtmlEntities {
  /** The contour integral that turns counterclockwise has the longest name. */
  private static final int LONGEST_CHARACTERS = 33;

  private final StringBuilder out;
  private int references;

  private HtmlEntities(int capacity) {
    this.out = new StringBuilder(capacity);
  }

  /**
   * A text without references.
   *
   * @param references that were decoded
   */
  record Decoded(String text, int references) {}

  static Decoded decode(String text) {
    int first = text.indexOf('&');
    if (first < 0 || text.indexOf(';', first) < 0) {
      return new Decoded(text, 0);
    }
    HtmlEntities entities = new HtmlEntities(text.length());
    for (int i = 0; i < text.length(); i++) {
      entities.append(text.charAt(i));
    }
    return entities.references == 0
        ? new Decoded(text, 0)
        : new Decoded(entities.out.toString(), entities.references);
  }

  private void append(char c) {
    out.append(c);
    if (c != ';') {
      return;
    }
    int start = start();
    if (start < 0) {
      return;
    }
    String reference = out.substring(start);
    String decoded = Parser.unescapeEntities(reference, false);
    if (decoded.length() < reference.length() && !decoded.endsWith(";")) {
      out.setLength(start);
      references++;
      out.append(decoded);
    } else if (decoded.equals(";")) {
      out.setLength(start);
      references++;
      append(';');
    }
  }

  /** Where the ampersand of a reference is that ends here; -1 if there is none. */
  private int start() {
    int last = out.length() - 1;
    for (int i = last - 1; i >= 0 && last - i < LONGEST_CHARACTERS; i--) {
      char c = out.charAt(i);
      if (c == '&') {
        return i + 1 < last ? i : -1;
      }
      boolean inside = (c < 0x80 && Character.isLetterOrDigit(c)) || c == '#';
      if (!inside) {
        return -1;
      }
    }
    return -1;
  }
}
