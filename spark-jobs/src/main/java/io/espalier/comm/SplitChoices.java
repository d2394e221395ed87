package io.espalier.comm;

import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The color and key that each rank gave to a split. */
final class SplitChoices {
  /** Shape (size, 2). */
  private final long[] colorsAndKeys;

  private SplitChoices(long[] colorsAndKeys) {
    this.colorsAndKeys = colorsAndKeys;
  }

  /** Asks all ranks of a group; the memory of the host is used whatever the group moves. */
  static SplitChoices ask(Group group, Call call, int color, int key) {
    HostMemory mine = HostMemory.allocate(ElementType.INT64, 2);
    mine.buffer().asLongBuffer().put(color).put(key);
    HostMemory all = HostMemory.allocate(ElementType.INT64, 2 * group.size());
    group.collectives().allGather(call, mine, all);
    LongBuffer values = all.buffer().asLongBuffer();
    long[] choices = new long[values.remaining()];
    values.get(choices);
    return new SplitChoices(choices);
  }

  /** The ranks of one color, ordered by key and then by rank. */
  List<Integer> ranksOf(int color) {
    List<Integer> ranks = new ArrayList<>();
    for (int rank = 0; rank < colorsAndKeys.length / 2; rank++) {
      if (colorsAndKeys[2 * rank] == color) {
        ranks.add(rank);
      }
    }
    ranks.sort(Comparator.comparingLong(rank -> colorsAndKeys[2 * rank + 1]));
    return List.copyOf(ranks);
  }
}
