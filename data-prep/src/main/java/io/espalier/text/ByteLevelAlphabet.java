package io.espalier.text;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * GPT-2's spelling of bytes as visible characters, so that vocabularies are readable text:
 * printable Latin-1 stands for itself, the other 68 bytes for U+0100 onwards ({@code Ġ} is a
 * space). Thread-safe.
 */
public final class ByteLevelAlphabet {
  private static final char FIRST_STAND_IN = 0x100;
  private static final char[] SPELLING = spelling();
  private static final int[] BYTES = bytes();

  private ByteLevelAlphabet() {}

  /** The character that stands for a byte, 0 to 255. */
  public static char spell(int unsignedByte) {
    return SPELLING[unsignedByte];
  }

  /** The text's UTF-8 bytes, spelled. */
  public static String spell(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    StringBuilder out = new StringBuilder(bytes.length);
    for (byte b : bytes) {
      out.append(SPELLING[Byte.toUnsignedInt(b)]);
    }
    return out.toString();
  }

  /** The byte that a character stands for, or −1 if it stands for none. */
  public static int byteOf(char spelled) {
    return spelled < BYTES.length ? BYTES[spelled] : -1;
  }

  /** The 256 characters by code point: the order in which vocabularies list them. */
  static char[] sorted() {
    char[] sorted = SPELLING.clone();
    Arrays.sort(sorted);
    return sorted;
  }

  private static char[] spelling() {
    char[] spelling = new char[256];
    char standIn = FIRST_STAND_IN;
    for (int b = 0; b < spelling.length; b++) {
      spelling[b] = isPrintable(b) ? (char) b : standIn++;
    }
    return spelling;
  }

  private static boolean isPrintable(int b) {
    return (b >= '!' && b <= '~') || (b >= 0xA1 && b <= 0xAC) || (b >= 0xAE && b <= 0xFF);
  }

  private static int[] bytes() {
    int[] bytes = new int[FIRST_STAND_IN + 68];
    Arrays.fill(bytes, -1);
    for (int b = 0; b < SPELLING.length; b++) {
      bytes[SPELLING[b]] = b;
    }
    return bytes;
  }
}
