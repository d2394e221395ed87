package io.espalier.text;

import org.jspecify.annotations.Nullable;

/**
 * One layer of wrong decoding, undone line by line.
 *
 * <p>A line is repaired whole where each of its characters above ASCII belongs to a sequence that
 * is valid UTF-8 once it is written in Windows-1252 again. Where other characters stand beside
 * them, as in a text put together from two sources, only those sequences are repaired that no
 * language writes: {@code Â} or {@code Ã} before a symbol, and {@code â€} before anything. Letters
 * of other scripts must come at least two in a row, since {@code ß“} would be one of N'Ko.
 */
final class Mojibake {
  /** Code points of the bytes 0x80 to 0x9F in Windows-1252; 0 where it has none. */
  private static final int[] HIGH = {
    0x20AC, 0, 0x201A, 0x192, 0x201E, 0x2026, 0x2020, 0x2021, 0x2C6, 0x2030, 0x160, 0x2039, 0x152,
    0, 0x17D, 0, 0, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x2DC, 0x2122, 0x161,
    0x203A, 0x153, 0, 0x17E, 0x178
  };

  private static final int NONE = -1;

  private final String text;
  private final StringBuilder out;
  private int characters;

  /**
   * A text with one layer less.
   *
   * @param characters that were put in the place of two or more; 0 = nothing was changed
   */
  record Repair(String text, int characters) {}

  private Mojibake(String text) {
    this.text = text;
    this.out = new StringBuilder(text.length());
  }

  static Repair repair(String text) {
    if (!isSuspicious(text)) {
      return new Repair(text, 0);
    }
    Mojibake mojibake = new Mojibake(text);
    for (int start = 0; start < text.length(); ) {
      int lineEnd = text.indexOf('\n', start);
      int end = lineEnd < 0 ? text.length() : lineEnd + 1;
      mojibake.repairLine(start, end);
      start = end;
    }
    return new Repair(mojibake.out.toString(), mojibake.characters);
  }

  /**
   * Whether a lead byte stands before a byte that could follow it: so that most texts cost little.
   */
  private static boolean isSuspicious(String text) {
    for (int i = 0; i + 1 < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= 0xC2 && c <= 0xF4 && isContinuation(text, i + 1)) {
        return true;
      }
    }
    return false;
  }

  private void repairLine(int start, int end) {
    boolean whole = decodesWhole(start, end);
    for (int i = start; i < end; ) {
      Sequence sequence = text.charAt(i) < 0x80 ? null : sequence(i, end);
      if (sequence != null && (whole || isUnmistakable(sequence, i))) {
        out.appendCodePoint(sequence.codePoint());
        i = sequence.end();
        characters++;
      } else {
        out.append(text.charAt(i++));
      }
    }
  }

  private boolean decodesWhole(int start, int end) {
    for (int i = start; i < end; ) {
      if (text.charAt(i) < 0x80) {
        i++;
        continue;
      }
      Sequence sequence = sequence(i, end);
      if (sequence == null) {
        return false;
      }
      boolean first = i == start || text.charAt(i - 1) < 0x80;
      boolean last = sequence.end() == end || text.charAt(sequence.end()) < 0x80;
      if (first && last && isForeign(sequence.codePoint())) {
        return false;
      }
      i = sequence.end();
    }
    return true;
  }

  /** Neither Latin nor punctuation nor a symbol. */
  private static boolean isForeign(int codePoint) {
    return Character.isLetter(codePoint)
        && Character.UnicodeScript.of(codePoint) != Character.UnicodeScript.LATIN;
  }

  private boolean isUnmistakable(Sequence sequence, int start) {
    int lead = text.charAt(start);
    int second = text.charAt(start + 1);
    return switch (lead) {
      case 0xC2, 0xC3 -> (second >= 0x80 && second <= 0xBF) || second == 0x2122;
      case 0xE2 -> second == 0x20AC || second == 0x80;
      default -> sequence.end() - start == 4;
    };
  }

  private record Sequence(int codePoint, int end) {}

  /** The character that begins at {@code start}, if the bytes there are one in UTF-8. */
  private @Nullable Sequence sequence(int start, int end) {
    int lead = text.charAt(start);
    int length = lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 0;
    if (length == 0 || start + length > end) {
      return null;
    }
    if (lead == 0xE2 && text.charAt(start + 1) == 0x20AC && text.charAt(start + 2) == 0xFFFD) {
      // Windows-1252 has no character for the last byte of a closing quote, so it was lost.
      return new Sequence(0x201D, start + 3);
    }
    int codePoint = lead & (0xFF >> (length + 1));
    for (int i = start + 1; i < start + length; i++) {
      int continuation = byteOf(text.charAt(i));
      if (continuation < 0x80 || continuation > 0xBF) {
        return null;
      }
      codePoint = (codePoint << 6) | (continuation & 0x3F);
    }
    return isPlausible(codePoint, length) ? new Sequence(codePoint, start + length) : null;
  }

  private static boolean isPlausible(int codePoint, int length) {
    int shortest = length == 2 ? 0x80 : length == 3 ? 0x800 : 0x10000;
    if (codePoint < shortest || codePoint > Character.MAX_CODE_POINT) {
      return false;
    }
    int type = Character.getType(codePoint);
    return type != Character.UNASSIGNED
        && type != Character.SURROGATE
        && type != Character.PRIVATE_USE;
  }

  private static boolean isContinuation(String text, int index) {
    int value = byteOf(text.charAt(index));
    return value >= 0x80 && value <= 0xBF;
  }

  /** The byte that a character is in Windows-1252, or in Latin-1 where that has none. */
  private static int byteOf(char c) {
    if (c <= 0xFF) {
      return c;
    }
    for (int i = 0; i < HIGH.length; i++) {
      if (HIGH[i] == c) {
        return 0x80 + i;
      }
    }
    return NONE;
  }
}
