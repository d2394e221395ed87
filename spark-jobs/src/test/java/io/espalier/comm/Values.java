package io.espalier.comm;

import java.nio.ByteBuffer;
import java.util.Random;

/** Elements for tests, and what their reductions have to be, in Java as plain as can be. */
final class Values {
  private Values() {}

  /** Elements of all magnitudes, at an odd offset within a larger buffer. */
  static HostMemory random(ElementType type, int elements, long seed) {
    HostMemory memory = atOffset(type, elements);
    Random random = new Random(seed);
    for (int i = 0; i < elements; i++) {
      double value = random.nextGaussian() * Math.pow(10, random.nextInt(7) - 3);
      set(memory, i, type == ElementType.INT64 ? random.nextLong() : value);
    }
    return memory;
  }

  /** Zeros that lie three elements into a buffer which goes on behind them. */
  static HostMemory atOffset(ElementType type, int elements) {
    return HostMemory.allocate(type, elements + 5).slice(3, elements);
  }

  static Number get(HostMemory memory, int i) {
    ByteBuffer buffer = memory.buffer();
    return switch (memory.type()) {
      case FLOAT32 -> buffer.getFloat(4 * i);
      case FLOAT64 -> buffer.getDouble(8 * i);
      case BFLOAT16 -> Float.intBitsToFloat(buffer.getShort(2 * i) << 16);
      case INT64 -> buffer.getLong(8 * i);
    };
  }

  static void set(HostMemory memory, int i, Number value) {
    ByteBuffer buffer = memory.buffer();
    switch (memory.type()) {
      case FLOAT32 -> buffer.putFloat(4 * i, value.floatValue());
      case FLOAT64 -> buffer.putDouble(8 * i, value.doubleValue());
      case BFLOAT16 -> buffer.putShort(2 * i, toBfloat16(value.floatValue()));
      case INT64 -> buffer.putLong(8 * i, value.longValue());
    }
  }

  /** The nearer of the two neighbours; at a tie the one whose last bit is 0. */
  static short toBfloat16(float value) {
    short below = (short) (Float.floatToRawIntBits(value) >>> 16);
    short above = (short) (below + 1);
    double toBelow = Math.abs((double) value - Float.intBitsToFloat(below << 16));
    double toAbove = Math.abs((double) Float.intBitsToFloat(above << 16) - value);
    if (toBelow == toAbove) {
      return (below & 1) == 0 ? below : above;
    }
    return toBelow < toAbove ? below : above;
  }

  /** The reduction of all ranks' memory, element by element in rank order. */
  static HostMemory reduced(HostMemory[] inputs, Reduction reduction) {
    HostMemory result = HostMemory.allocate(inputs[0].type(), (int) inputs[0].elements());
    for (int i = 0; i < result.elements(); i++) {
      Number value = get(inputs[0], i);
      for (int rank = 1; rank < inputs.length; rank++) {
        value = reduce(result.type(), value, get(inputs[rank], i), reduction);
      }
      set(result, i, value);
    }
    return result;
  }

  private static Number reduce(ElementType type, Number a, Number b, Reduction reduction) {
    boolean sum = reduction == Reduction.SUM;
    return switch (type) {
      case FLOAT32, BFLOAT16 ->
          sum ? a.floatValue() + b.floatValue() : Math.max(a.floatValue(), b.floatValue());
      case FLOAT64 ->
          sum ? a.doubleValue() + b.doubleValue() : Math.max(a.doubleValue(), b.doubleValue());
      case INT64 -> sum ? a.longValue() + b.longValue() : Math.max(a.longValue(), b.longValue());
    };
  }

  static byte[] bytes(HostMemory memory) {
    byte[] bytes = new byte[(int) memory.bytes()];
    memory.buffer().get(bytes);
    return bytes;
  }

  static HostMemory copy(HostMemory memory) {
    HostMemory copy = atOffset(memory.type(), (int) memory.elements());
    copy.buffer().put(memory.buffer());
    return copy;
  }
}
