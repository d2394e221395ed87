package io.espalier.text;

import java.util.Arrays;
import java.util.function.Function;

/**
 * Encodes texts piece by piece: each different pre-token is asked for once, which is most of them
 * never again ("the" is one piece of a million).
 *
 * <p>Holds some tens of megabytes whatever the texts; works through a long one in parts. Not
 * thread-safe: one per thread.
 */
final class PieceEncoder {
  /** Pieces between two looks at the cache's size. */
  private static final int PART_PIECES = 1 << 14;

  private final PreTokenPattern pattern;
  private final Function<String, long[]> library;
  private final PieceCache cache = new PieceCache();
  private final int[] part = new int[PART_PIECES];
  private int[] ids = new int[1 << 12];
  private int count;

  /**
   * @param library gives the ids of one piece
   */
  PieceEncoder(PreTokenPattern pattern, Function<String, long[]> library) {
    this.pattern = pattern;
    this.library = library;
  }

  /**
   * The ids of a text.
   *
   * @param text as {@link PieceRules#prepared} gives it
   */
  int[] encode(String text) {
    count = 0;
    int start = 0;
    while (start < text.length()) {
      if (cache.isFull()) {
        cache.clear();
      }
      int known = cache.size();
      int pieces = 0;
      while (pieces < PART_PIECES && start < text.length()) {
        int end = pattern.endOfPiece(text, start);
        part[pieces++] = cache.entry(text, start, end);
        start = end;
      }
      learn(known);
      append(pieces);
    }
    return Arrays.copyOf(ids, count);
  }

  /** Different pieces that are held now. */
  int cachedPieces() {
    return cache.size();
  }

  /** Asks the library for what is new since the cache held so many. */
  private void learn(int known) {
    for (int entry = known; entry < cache.size(); entry++) {
      cache.put(entry, library.apply(cache.piece(entry)));
    }
  }

  private void append(int pieces) {
    int wanted = count;
    for (int i = 0; i < pieces; i++) {
      wanted = Math.addExact(wanted, cache.idCount(part[i]));
    }
    if (wanted > ids.length) {
      ids = Arrays.copyOf(ids, Math.max(wanted, (int) Math.min(ids.length * 2L, 1 << 30)));
    }
    for (int i = 0; i < pieces; i++) {
      count = cache.copyIds(part[i], ids, count);
    }
  }
}
