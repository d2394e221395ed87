package io.espalier.bench;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * A text with some of its words replaced by other words of its own: language, lengths and lines
 * stay as they are. Texts that are equal are equal afterwards.
 */
final class ReplacedWords {
  private ReplacedWords() {}

  /**
   * Replaces words.
   *
   * @param number another number replaces other words
   * @param share of the words: with a quarter replaced a text shares about an eighth of its n-grams
   *     of five words with what it was, with two in a hundred four fifths
   */
  static String of(String text, long number, double share) {
    int[] spans = spans(text);
    int words = spans.length / 2;
    SplittableRandom random = new SplittableRandom(31L * text.hashCode() + number);
    StringBuilder replaced = new StringBuilder(text.length() + text.length() / 8);
    int copied = 0;
    for (int word = 0; word < words; word++) {
      if (random.nextDouble() < share) {
        int other = random.nextInt(words);
        replaced.append(text, copied, spans[2 * word]);
        replaced.append(text, spans[2 * other], spans[2 * other + 1]);
        copied = spans[2 * word + 1];
      }
    }
    return replaced.append(text, copied, text.length()).toString();
  }

  /** Beginning and end of each word. */
  private static int[] spans(String text) {
    int[] spans = new int[text.length() + 2];
    int size = 0;
    boolean inside = false;
    for (int i = 0; i < text.length(); i++) {
      boolean letter = !Character.isWhitespace(text.charAt(i));
      if (letter != inside) {
        spans[size++] = i;
        inside = letter;
      }
    }
    if (inside) {
      spans[size++] = text.length();
    }
    return Arrays.copyOf(spans, size);
  }
}
