package io.espalier.text;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How often each pair of neighbouring tokens occurs, and in which words it was newly seen since the
 * last {@link #drainSeen}. Open addressing on the pair's two ids in one long.
 */
final class PairTable {
  /** Receives a pair, its count and the words in which it was newly seen. */
  interface SeenConsumer {
    void accept(long pair, long count, IntList words);
  }

  private static final long FREE = -1;

  private long[] pairs = new long[1 << 16];
  private long[] counts = new long[1 << 16];
  private @Nullable IntList[] seen = new IntList[1 << 16];
  private int size;
  private long[] seenPairs = new long[1 << 10];
  private int seenSize;

  PairTable() {
    Arrays.fill(pairs, FREE);
  }

  /** Two ids as one long; the order of such longs is that of (left, right). */
  static long pair(int left, int right) {
    return ((long) left << 32) | right;
  }

  static int left(long pair) {
    return (int) (pair >>> 32);
  }

  static int right(long pair) {
    return (int) pair;
  }

  long count(long pair) {
    return counts[slot(pair)];
  }

  /** Takes occurrences away. */
  void remove(long pair, long occurrences) {
    counts[slotOf(pair)] -= occurrences;
  }

  /** Adds occurrences in a word; words must come in rising order between two drains. */
  void add(long pair, long occurrences, int word) {
    int slot = slotOf(pair);
    counts[slot] += occurrences;
    IntList words = seen[slot];
    if (words == null) {
      words = new IntList();
      seen[slot] = words;
      remember(pair);
    }
    words.addUnlessLast(word);
  }

  /** Passes on every pair that was added to since the last call, and forgets that it was. */
  void drainSeen(SeenConsumer consumer) {
    for (int i = 0; i < seenSize; i++) {
      int slot = slot(seenPairs[i]);
      IntList words = seen[slot];
      seen[slot] = null;
      if (words != null) {
        consumer.accept(seenPairs[i], counts[slot], words);
      }
    }
    seenSize = 0;
  }

  private void remember(long pair) {
    if (seenSize == seenPairs.length) {
      seenPairs = Arrays.copyOf(seenPairs, seenSize * 2);
    }
    seenPairs[seenSize++] = pair;
  }

  private int slotOf(long pair) {
    int slot = slot(pair);
    if (pairs[slot] == FREE) {
      if (++size * 2 > pairs.length) {
        grow();
        slot = slot(pair);
      }
      pairs[slot] = pair;
    }
    return slot;
  }

  /** Where the pair is, or the free slot where it would be. */
  private int slot(long pair) {
    long hash = pair * 0x9E3779B97F4A7C15L;
    int mask = pairs.length - 1;
    int slot = (int) (hash >>> 33) & mask;
    while (pairs[slot] != pair && pairs[slot] != FREE) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private void grow() {
    long[] oldPairs = pairs;
    long[] oldCounts = counts;
    @Nullable IntList[] oldSeen = seen;
    pairs = new long[oldPairs.length * 2];
    counts = new long[pairs.length];
    seen = new IntList[pairs.length];
    Arrays.fill(pairs, FREE);
    for (int i = 0; i < oldPairs.length; i++) {
      if (oldPairs[i] != FREE) {
        int slot = slot(oldPairs[i]);
        pairs[slot] = oldPairs[i];
        counts[slot] = oldCounts[i];
        seen[slot] = oldSeen[i];
      }
    }
  }
}
