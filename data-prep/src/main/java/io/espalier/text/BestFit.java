package io.espalier.text;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Best-fit decreasing (Ding et al. 2024, "Fewer Truncations Improve Language Modeling"): the
 * longest document first, each into the window that it leaves the least room in.
 *
 * <p>A document longer than a window fills windows of its own; what is left of it opens a window
 * that others are put into, so that it goes on where its last full window ended. Of equally long
 * documents the first in the stream comes first, and of equally full windows the last one touched:
 * the same documents always give the same windows.
 */
final class BestFit {
  private final int capacity;

  /** By room that is left: the window that came to it last, or 0; windows count from 1. */
  private final int[] newestWith;

  private final BitSet rooms;
  private final List<IntList> windows = new ArrayList<>();

  /** By window: the one before it with the same room. */
  private final IntList before = new IntList();

  private BestFit(int capacity) {
    this.capacity = capacity;
    this.newestWith = new int[capacity + 1];
    this.rooms = new BitSet(capacity + 1);
    before.add(0);
  }

  /**
   * Which documents share a window: each group in the order in which it is to be laid out.
   *
   * @param sizes tokens to predict of each document, end-of-text included: at least 2
   * @param capacity tokens that a window predicts
   */
  static List<IntList> groups(int[] sizes, int capacity) {
    BestFit fit = new BestFit(capacity);
    for (int i = 0; i < sizes.length; i++) {
      if (sizes[i] > capacity) {
        // 1 to capacity tokens are left; the full windows before them are nobody else's.
        fit.open(i, (sizes[i] - 1) % capacity + 1);
      }
    }
    for (int i : longestFirst(sizes, capacity)) {
      fit.put(i, sizes[i]);
    }
    return fit.windows;
  }

  /** Those that fit, by counting; equally long ones stay in order. */
  private static int[] longestFirst(int[] sizes, int capacity) {
    int[] starts = new int[capacity + 2];
    for (int size : sizes) {
      if (size <= capacity) {
        starts[capacity - size + 1]++;
      }
    }
    for (int i = 1; i < starts.length; i++) {
      starts[i] += starts[i - 1];
    }
    int[] order = new int[starts[starts.length - 1]];
    for (int i = 0; i < sizes.length; i++) {
      if (sizes[i] <= capacity) {
        order[starts[capacity - sizes[i]]++] = i;
      }
    }
    return order;
  }

  private void put(int document, int size) {
    int room = rooms.nextSetBit(size);
    if (room < 0) {
      open(document, size);
      return;
    }
    int window = newestWith[room];
    newestWith[room] = before.get(window);
    rooms.set(room, newestWith[room] != 0);
    windows.get(window - 1).add(document);
    leave(window, room - size);
  }

  private void open(int document, int size) {
    IntList window = new IntList();
    window.add(document);
    windows.add(window);
    before.add(0);
    leave(windows.size(), capacity - size);
  }

  private void leave(int window, int room) {
    if (room > 0) {
      before.set(window, newestWith[room]);
      newestWith[room] = window;
      rooms.set(room);
    }
  }
}
