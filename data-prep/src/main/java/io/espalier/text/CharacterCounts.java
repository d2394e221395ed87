package io.espalier.text;

/** What a text's characters are, counted in one pass. */
final class CharacterCounts {
  /** Frequencies of code points are kept by their last bits: enough to tell one from many. */
  private static final int BUCKETS = 1024;

  private final int[] frequencies = new int[BUCKETS];
  private final int longWordCharacters;
  private long visible;
  private long symbols;
  private long digits;
  private long uppercase;
  private long lowercase;
  private long replacements;
  private long inLongWords;
  private int longestLine;

  private CharacterCounts(int longWordCharacters) {
    this.longWordCharacters = longWordCharacters;
  }

  static CharacterCounts of(String text, int longWordCharacters) {
    CharacterCounts counts = new CharacterCounts(longWordCharacters);
    int line = 0;
    int wordStart = 0;
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      if (c > 0x7F || c <= ' ') {
        counts.endWord(text, wordStart, i);
        wordStart = i + Character.charCount(c);
      }
      line = c == '\n' ? 0 : line + 1;
      counts.longestLine = Math.max(counts.longestLine, line);
      counts.add(c);
      i += Character.charCount(c);
    }
    counts.endWord(text, wordStart, text.length());
    return counts;
  }

  private void endWord(String text, int start, int end) {
    if (end - start >= longWordCharacters && !text.substring(start, end).contains("://")) {
      inLongWords += end - start;
    }
  }

  private void add(int c) {
    if (c == ' ' || Character.isWhitespace(c)) {
      return;
    }
    visible++;
    frequencies[c & (BUCKETS - 1)]++;
    if (c == 0xFFFD) {
      replacements++;
    } else if (c < 0x80) {
      addAscii(c);
    } else {
      addOther(c);
    }
  }

  private void addAscii(int c) {
    if (c >= 'a' && c <= 'z') {
      lowercase++;
    } else if (c >= 'A' && c <= 'Z') {
      uppercase++;
    } else if (c >= '0' && c <= '9') {
      digits++;
    } else if (".,;:!?'\"()-".indexOf(c) < 0) {
      symbols++;
    }
  }

  private void addOther(int c) {
    switch (Character.getType(c)) {
      case Character.LOWERCASE_LETTER -> lowercase++;
      case Character.UPPERCASE_LETTER -> uppercase++;
      case Character.DECIMAL_DIGIT_NUMBER -> digits++;
      case Character.MATH_SYMBOL,
          Character.CURRENCY_SYMBOL,
          Character.MODIFIER_SYMBOL,
          Character.OTHER_SYMBOL,
          Character.CONTROL,
          Character.PRIVATE_USE,
          Character.UNASSIGNED ->
          symbols++;
      default -> {
        // Letters without case, marks, punctuation.
      }
    }
  }

  double symbols() {
    return share(symbols, visible);
  }

  double digits() {
    return share(digits, visible);
  }

  double uppercase() {
    return share(uppercase, uppercase + lowercase);
  }

  double replacements() {
    return share(replacements, visible);
  }

  double longWords() {
    return share(inLongWords, visible);
  }

  int longestLine() {
    return longestLine;
  }

  /** Shannon's, in bits per character. */
  double entropy() {
    double bits = 0;
    for (int frequency : frequencies) {
      if (frequency > 0) {
        double share = (double) frequency / visible;
        bits -= share * Math.log(share) / Math.log(2);
      }
    }
    return bits;
  }

  private static double share(long part, long whole) {
    return whole == 0 ? 0 : (double) part / whole;
  }
}
