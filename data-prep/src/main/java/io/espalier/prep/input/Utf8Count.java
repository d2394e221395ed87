package io.espalier.prep.input;

/**
 * How much of some bytes is UTF-8.
 *
 * @param valid sequences of two bytes and more
 * @param broken bytes that begin or go on nothing
 */
record Utf8Count(int valid, int broken) {

  /** Counts; a sequence that the end cuts counts for nothing. */
  static Utf8Count of(byte[] bytes, int length) {
    int valid = 0;
    int broken = 0;
    int i = 0;
    while (i < length) {
      int size = size(bytes[i]);
      if (size > 1 && goesOn(bytes, i, Math.min(size, length - i))) {
        valid += i + size <= length ? 1 : 0;
        i += size;
      } else {
        broken += size == 1 ? 0 : 1;
        i++;
      }
    }
    return new Utf8Count(valid, broken);
  }

  /** Length of the sequence that a byte begins; 0 if it begins none. */
  private static int size(byte first) {
    int b = first & 0xFF;
    if (b < 0x80) {
      return 1;
    }
    return b >= 0xC2 && b < 0xE0 ? 2 : b >= 0xE0 && b < 0xF0 ? 3 : b >= 0xF0 && b < 0xF5 ? 4 : 0;
  }

  private static boolean goesOn(byte[] bytes, int start, int size) {
    for (int i = start + 1; i < start + size; i++) {
      if ((bytes[i] & 0xC0) != 0x80) {
        return false;
      }
    }
    return true;
  }
}
