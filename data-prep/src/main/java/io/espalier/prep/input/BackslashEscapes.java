package io.espalier.prep.input;

/**
 * How databases write a line end or a tab into a field of separated values without quotes: as a
 * backslash and a letter (PostgreSQL's {@code COPY}, {@code mysql --batch}).
 */
final class BackslashEscapes {
  private BackslashEscapes() {}

  /**
   * The field's value. {@code \N} alone is the database's null: an empty field. A backslash before
   * any other character stays, since neither database writes that: the file then means it.
   */
  static String decode(String field) {
    int next = field.indexOf('\\');
    if (next < 0) {
      return field;
    }
    if (field.equals("\\N")) {
      return "";
    }
    StringBuilder decoded = new StringBuilder(field.length());
    int done = 0;
    while (next >= 0 && next + 1 < field.length()) {
      String meant = meant(field.charAt(next + 1));
      decoded.append(field, done, next).append(meant.isEmpty() ? "\\" : meant);
      done = next + (meant.isEmpty() ? 1 : 2);
      next = field.indexOf('\\', done);
    }
    return decoded.append(field, done, field.length()).toString();
  }

  /** Empty where the letter means nothing. */
  private static String meant(char letter) {
    return switch (letter) {
      case 'n' -> "\n";
      case 'r' -> "\r";
      case 't' -> "\t";
      case 'b' -> "\b";
      case 'f' -> "\f";
      case 'v' -> "\u000B";
      case '0' -> "\0";
      case '\\' -> "\\";
      default -> "";
    };
  }
}
