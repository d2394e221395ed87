package io.espalier.text;

/** How often each of many 64-bit hashes was seen; open addressing, no object per entry. */
final class LongCounts {
  private final long[] keys;
  private final int[] counts;
  private final int mask;

  /**
   * @param most entries that will be made at most
   */
  LongCounts(int most) {
    int capacity = Integer.highestOneBit(Math.max(8, most)) * 4;
    this.keys = new long[capacity];
    this.counts = new int[capacity];
    this.mask = capacity - 1;
  }

  /** Counts one more and says how many there are now. */
  int add(long key) {
    int slot = slot(key);
    keys[slot] = key;
    return ++counts[slot];
  }

  /** How often the hash was seen. */
  int of(long key) {
    return counts[slot(key)];
  }

  private int slot(long key) {
    int slot = (int) (key ^ (key >>> 32)) & mask;
    while (counts[slot] != 0 && keys[slot] != key) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }
}
