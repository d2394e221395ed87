package io.espalier.comm;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A range of elements.
 *
 * @param first the first one
 * @param count how many
 */
record Range(long first, long count) {

  /** The share of one rank, where all ranks' shares are as equal as can be. */
  static Range ofRank(int rank, int size, long elements) {
    long first = elements * rank / size;
    return new Range(first, elements * (rank + 1) / size - first);
  }

  /** This range of a buffer whose first element is at byte 0. */
  ByteBuffer of(ByteBuffer buffer, ElementType type) {
    int bytes = type.bytes();
    return buffer
        .slice((int) (first * bytes), (int) (count * bytes))
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  /** This range of several buffers. */
  ByteBuffer[] of(ByteBuffer[] buffers, ElementType type) {
    ByteBuffer[] parts = new ByteBuffer[buffers.length];
    for (int i = 0; i < parts.length; i++) {
      parts[i] = of(buffers[i], type);
    }
    return parts;
  }
}
