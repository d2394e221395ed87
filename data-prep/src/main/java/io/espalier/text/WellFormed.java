package io.espalier.text;

import java.nio.charset.StandardCharsets;

/** Text that UTF-8 can write: no unpaired surrogates. */
final class WellFormed {
  private WellFormed() {}

  /** The text itself, or a copy with U+FFFD for every unpaired surrogate. */
  static String text(String text) {
    int index = unpaired(text, 0);
    if (index < 0) {
      return text;
    }
    StringBuilder copy = new StringBuilder(text);
    for (; index >= 0; index = unpaired(text, index + 1)) {
      copy.setCharAt(index, '\uFFFD');
    }
    return copy.toString();
  }

  /** Bytes of the text in UTF-8. */
  static byte[] utf8(String text) {
    return text(text).getBytes(StandardCharsets.UTF_8);
  }

  private static int unpaired(String text, int from) {
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        boolean paired =
            Character.isHighSurrogate(c)
                && i + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(i + 1));
        if (!paired) {
          return i;
        }
        i++;
      }
    }
    return -1;
  }
}
