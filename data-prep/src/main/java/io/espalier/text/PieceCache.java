package io.espalier.text;

import java.util.Arrays;

/**
 * Pre-tokens and their ids: an open-addressing table over two growing arrays, without an object per
 * entry. A piece that is asked for and isn't there gets an entry at once, whose ids are told later.
 *
 * <p>Bounded by its user: {@link #isFull} says when to {@link #clear} it. Not thread-safe.
 */
final class PieceCache {
  /**
   * Different pieces after which the cache starts anew: some 20 MB, as many as 50 MB of text have.
   */
  private static final int MOST_PIECES = 1 << 18;

  /** UTF-16 units of all pieces. */
  private static final int MOST_UNITS = 1 << 22;

  private static final int FIRST_SLOTS = 1 << 12;

  /** Per entry: hash, where its units begin, how many they are; where its ids begin and end. */
  private static final int FIELDS = 5;

  private static final int HASH = 0;
  private static final int UNITS_START = 1;
  private static final int UNITS = 2;
  private static final int IDS_START = 3;
  private static final int IDS_END = 4;

  /** Entry number + 1, or 0; twice as many as entries, at least. */
  private int[] slots = new int[FIRST_SLOTS];

  private int[] entries = new int[FIRST_SLOTS / 2 * FIELDS];
  private int size;
  private char[] units = new char[1 << 14];
  private int unitCount;
  private int[] ids = new int[1 << 14];
  private int idCount;

  /** The entry of a piece, new or not; a new one has number {@link #size} as it was before. */
  int entry(String text, int start, int end) {
    int hash = hash(text, start, end);
    int mask = slots.length - 1;
    int slot = hash & mask;
    while (slots[slot] != 0) {
      int entry = slots[slot] - 1;
      if (entries[entry * FIELDS + HASH] == hash && holds(entry, text, start, end)) {
        return entry;
      }
      slot = (slot + 1) & mask;
    }
    slots[slot] = size + 1;
    return add(text, start, end, hash);
  }

  /** Entries so far. */
  int size() {
    return size;
  }

  /** Tells the ids of an entry. */
  void put(int entry, long[] tokens) {
    ids = room(ids, idCount + tokens.length);
    entries[entry * FIELDS + IDS_START] = idCount;
    for (long token : tokens) {
      ids[idCount++] = Math.toIntExact(token);
    }
    entries[entry * FIELDS + IDS_END] = idCount;
  }

  /** How many ids an entry has. */
  int idCount(int entry) {
    return entries[entry * FIELDS + IDS_END] - entries[entry * FIELDS + IDS_START];
  }

  /** Copies an entry's ids and returns where they end. */
  int copyIds(int entry, int[] to, int at) {
    int last = entries[entry * FIELDS + IDS_END];
    int next = at;
    for (int i = entries[entry * FIELDS + IDS_START]; i < last; i++) {
      to[next++] = ids[i];
    }
    return next;
  }

  /** An entry's piece. */
  String piece(int entry) {
    return new String(
        units, entries[entry * FIELDS + UNITS_START], entries[entry * FIELDS + UNITS]);
  }

  boolean isFull() {
    return size >= MOST_PIECES || unitCount >= MOST_UNITS;
  }

  /** Forgets everything, and what an unusually long text made it grow to. */
  void clear() {
    if (unitCount > 2 * MOST_UNITS || size > 2 * MOST_PIECES) {
      slots = new int[FIRST_SLOTS];
      entries = new int[FIRST_SLOTS / 2 * FIELDS];
      units = new char[1 << 14];
      ids = new int[1 << 14];
    } else {
      Arrays.fill(slots, 0);
    }
    size = 0;
    unitCount = 0;
    idCount = 0;
  }

  private int add(String text, int start, int end, int hash) {
    int length = end - start;
    if (unitCount + length > units.length) {
      units = Arrays.copyOf(units, Math.max(units.length * 2, unitCount + length));
    }
    text.getChars(start, end, units, unitCount);
    entries = room(entries, (size + 1) * FIELDS);
    int at = size * FIELDS;
    entries[at + HASH] = hash;
    entries[at + UNITS_START] = unitCount;
    entries[at + UNITS] = length;
    entries[at + IDS_START] = 0;
    entries[at + IDS_END] = 0;
    unitCount += length;
    size++;
    if (size * 2 > slots.length) {
      rehash();
    }
    return size - 1;
  }

  private void rehash() {
    slots = new int[slots.length * 2];
    int mask = slots.length - 1;
    for (int entry = 0; entry < size; entry++) {
      int slot = entries[entry * FIELDS + HASH] & mask;
      while (slots[slot] != 0) {
        slot = (slot + 1) & mask;
      }
      slots[slot] = entry + 1;
    }
  }

  private boolean holds(int entry, String text, int start, int end) {
    int at = entry * FIELDS;
    if (entries[at + UNITS] != end - start) {
      return false;
    }
    int from = entries[at + UNITS_START];
    for (int i = start; i < end; i++) {
      if (units[from++] != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static int hash(String text, int start, int end) {
    int hash = 0;
    for (int i = start; i < end; i++) {
      hash = hash * 31 + text.charAt(i);
    }
    // Neighbouring words must not lie in neighbouring slots: multiply by the golden ratio, take
    // the upper bits.
    hash *= 0x9E3779B9;
    return hash ^ (hash >>> 15);
  }

  private static int[] room(int[] array, int wanted) {
    return wanted <= array.length
        ? array
        : Arrays.copyOf(array, Math.max(array.length * 2, wanted));
  }
}
