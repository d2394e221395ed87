package io.espalier.text;

import java.util.Arrays;
import java.util.Map;

/**
 * The different pre-tokens of a corpus as sequences of token ids, all in one array, and how often
 * each occurs. Merging shortens a word in place.
 */
final class Words {
  private final int[] tokens;
  private final int[] starts;
  private final int[] lengths;
  private final long[] counts;

  private Words(int[] tokens, int[] starts, int[] lengths, long[] counts) {
    this.tokens = tokens;
    this.starts = starts;
    this.lengths = lengths;
    this.counts = counts;
  }

  /**
   * @param idOfByte token id of each of the 256 bytes
   */
  static Words of(Map<String, Long> preTokenCounts, int[] idOfByte) {
    int size = preTokenCounts.size();
    int[] tokens = new int[Math.max(16, size)];
    int[] starts = new int[size];
    int[] lengths = new int[size];
    long[] counts = new long[size];
    int word = 0;
    int end = 0;
    for (Map.Entry<String, Long> entry : preTokenCounts.entrySet()) {
      byte[] bytes = WellFormed.utf8(entry.getKey());
      while (Math.addExact(end, bytes.length) > tokens.length) {
        tokens = Arrays.copyOf(tokens, Math.multiplyExact(tokens.length, 2));
      }
      starts[word] = end;
      lengths[word] = bytes.length;
      counts[word] = entry.getValue();
      for (byte b : bytes) {
        tokens[end++] = idOfByte[Byte.toUnsignedInt(b)];
      }
      word++;
    }
    return new Words(tokens, starts, lengths, counts);
  }

  /** Enters every pair of every word. */
  void countPairs(PairTable pairs) {
    for (int word = 0; word < starts.length; word++) {
      int last = starts[word] + lengths[word] - 1;
      for (int i = starts[word]; i < last; i++) {
        pairs.add(PairTable.pair(tokens[i], tokens[i + 1]), counts[word], word);
      }
    }
  }

  /**
   * Replaces each (left, right) in a word by the merged token, from left to right, and enters what
   * that does to the pairs around it.
   */
  void merge(int word, int left, int right, int merged, PairTable pairs) {
    int start = starts[word];
    int end = start + lengths[word];
    long count = counts[word];
    int out = start;
    for (int in = start; in < end; out++) {
      if (tokens[in] != left || in + 1 == end || tokens[in + 1] != right) {
        tokens[out] = tokens[in++];
        continue;
      }
      in += 2;
      if (out > start) {
        pairs.remove(PairTable.pair(tokens[out - 1], left), count);
        pairs.add(PairTable.pair(tokens[out - 1], merged), count, word);
      }
      if (in < end) {
        pairs.remove(PairTable.pair(right, tokens[in]), count);
        pairs.add(PairTable.pair(merged, tokens[in]), count, word);
      }
      tokens[out] = merged;
    }
    lengths[word] = out - start;
  }
}
