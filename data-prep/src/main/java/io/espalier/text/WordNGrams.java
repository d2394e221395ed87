package io.espalier.text;

import java.util.Arrays;

/**
 * Hashes of the runs of {@code n} words of a text. Two different runs share a hash with probability
 * 2⁻⁶⁴, which no corpus is large enough to see.
 */
public final class WordNGrams {
  private static final long FACTOR = 0xD6E8FEB86659FD93L;

  private WordNGrams() {}

  /**
   * One hash per run, in the order of the text: run i begins with word i. A text of fewer than n
   * words is one run, which is equal to no run of n words; a text without words has none.
   */
  public static long[] of(ComparedWords words, int n) {
    int size = words.size();
    if (size == 0) {
      return new long[0];
    }
    if (size < n) {
      long hash = -1L - size;
      for (int i = 0; i < size; i++) {
        hash = hash * FACTOR + words.hash(i);
      }
      return new long[] {ComparedWords.mixed(hash)};
    }
    long leaving = 1;
    long hash = 0;
    for (int i = 0; i < n; i++) {
      hash = hash * FACTOR + words.hash(i);
      leaving *= FACTOR;
    }
    long[] hashes = new long[size - n + 1];
    hashes[0] = ComparedWords.mixed(hash);
    for (int i = 1; i < hashes.length; i++) {
      hash = hash * FACTOR + words.hash(i + n - 1) - leaving * words.hash(i - 1);
      hashes[i] = ComparedWords.mixed(hash);
    }
    return hashes;
  }

  /** The different ones, sorted: what Jaccard similarity is taken of. */
  public static long[] distinct(long[] hashes) {
    long[] sorted = hashes.clone();
    Arrays.sort(sorted);
    int size = 0;
    for (int i = 0; i < sorted.length; i++) {
      if (i == 0 || sorted[i] != sorted[i - 1]) {
        sorted[size++] = sorted[i];
      }
    }
    return Arrays.copyOf(sorted, size);
  }
}
