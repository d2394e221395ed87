package io.espalier.comm;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A block of elements that is loaded, added to or maximised with, and stored. Arrays of the heap in
 * between, because HotSpot turns loops over arrays into vector instructions, and over buffers not.
 * For one thread.
 */
sealed interface BlockSum {
  /** Two blocks of the widest type fit into a core's 64 KiB and more of nearest caches. */
  int ELEMENTS = 4096;

  void load(ByteBuffer from, int offsetBytes, int elements);

  void add(ByteBuffer from, int offsetBytes, int elements);

  void max(ByteBuffer from, int offsetBytes, int elements);

  void store(ByteBuffer to, int offsetBytes, int elements);

  static BlockSum of(ElementType type) {
    return switch (type) {
      case FLOAT32 -> new Float32();
      case FLOAT64 -> new Float64();
      case BFLOAT16 -> new Bfloat16();
      case INT64 -> new Int64();
    };
  }

  private static ByteBuffer part(ByteBuffer buffer, int offsetBytes, int elements, int width) {
    return buffer.slice(offsetBytes, elements * width).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** float32. */
  final class Float32 implements BlockSum {
    private final float[] sum = new float[ELEMENTS];
    private final float[] next = new float[ELEMENTS];

    @Override
    public void load(ByteBuffer from, int offsetBytes, int elements) {
      get(from, offsetBytes, sum, elements);
    }

    @Override
    public void add(ByteBuffer from, int offsetBytes, int elements) {
      get(from, offsetBytes, next, elements);
      add(sum, next, elements);
    }

    @Override
    public void max(ByteBuffer from, int offsetBytes, int elements) {
      get(from, offsetBytes, next, elements);
      max(sum, next, elements);
    }

    @Override
    public void store(ByteBuffer to, int offsetBytes, int elements) {
      part(to, offsetBytes, elements, Float.BYTES).asFloatBuffer().put(sum, 0, elements);
    }

    private static void get(ByteBuffer from, int offsetBytes, float[] into, int elements) {
      part(from, offsetBytes, elements, Float.BYTES).asFloatBuffer().get(into, 0, elements);
    }

    static void add(float[] sum, float[] next, int elements) {
      for (int i = 0; i < elements; i++) {
        sum[i] += next[i];
      }
    }

    static void max(float[] sum, float[] next, int elements) {
      for (int i = 0; i < elements; i++) {
        sum[i] = Math.max(sum[i], next[i]);
      }
    }
  }

  /** bfloat16, with the sum in float32. */
  final class Bfloat16 implements BlockSum {
    private static final short NOT_A_NUMBER = 0x7fc0;

    private final float[] sum = new float[ELEMENTS];
    private final float[] next = new float[ELEMENTS];
    private final short[] halves = new short[ELEMENTS];

    @Override
    public void load(ByteBuffer from, int offsetBytes, int elements) {
      get(from, offsetBytes, sum, elements);
    }

    @Override
    public void add(ByteBuffer from, int offsetBytes, int elements) {
      get(from, offsetBytes, next, elements);
      Float32.add(sum, next, elements);
    }

    @Override
    public void max(ByteBuffer from, int offsetBytes, int elements) {
      get(from, offsetBytes, next, elements);
      Float32.max(sum, next, elements);
    }

    @Override
    public void store(ByteBuffer to, int offsetBytes, int elements) {
      for (int i = 0; i < elements; i++) {
        halves[i] = rounded(sum[i]);
      }
      part(to, offsetBytes, elements, Short.BYTES).asShortBuffer().put(halves, 0, elements);
    }

    private void get(ByteBuffer from, int offsetBytes, float[] into, int elements) {
      part(from, offsetBytes, elements, Short.BYTES).asShortBuffer().get(halves, 0, elements);
      for (int i = 0; i < elements; i++) {
        into[i] = Float.intBitsToFloat(halves[i] << Short.SIZE);
      }
    }

    /** To nearest; a tie to the even one of the two. */
    static short rounded(float value) {
      int bits = Float.floatToRawIntBits(value);
      int up = 0x7fff + ((bits >>> Short.SIZE) & 1);
      return Float.isNaN(value) ? NOT_A_NUMBER : (short) ((bits + up) >>> Short.SIZE);
    }
  }

  /** float64. */
  final class Float64 implements BlockSum {
    private final double[] sum = new double[ELEMENTS];
    private final double[] next = new double[ELEMENTS];

    @Override
    public void load(ByteBuffer from, int offsetBytes, int elements) {
      get(from, offsetBytes, sum, elements);
    }

    @Override
    public void add(ByteBuffer from, int offsetBytes, int elements) {
      get(from, offsetBytes, next, elements);
      for (int i = 0; i < elements; i++) {
        sum[i] += next[i];
      }
    }

    @Override
    public void max(ByteBuffer from, int offsetBytes, int elements) {
      get(from, offsetBytes, next, elements);
      for (int i = 0; i < elements; i++) {
        sum[i] = Math.max(sum[i], next[i]);
      }
    }

    @Override
    public void store(ByteBuffer to, int offsetBytes, int elements) {
      part(to, offsetBytes, elements, Double.BYTES).asDoubleBuffer().put(sum, 0, elements);
    }

    private static void get(ByteBuffer from, int offsetBytes, double[] into, int elements) {
      part(from, offsetBytes, elements, Double.BYTES).asDoubleBuffer().get(into, 0, elements);
    }
  }

  /** 64-bit integers. */
  final class Int64 implements BlockSum {
    private final long[] sum = new long[ELEMENTS];
    private final long[] next = new long[ELEMENTS];

    @Override
    public void load(ByteBuffer from, int offsetBytes, int elements) {
      get(from, offsetBytes, sum, elements);
    }

    @Override
    public void add(ByteBuffer from, int offsetBytes, int elements) {
      get(from, offsetBytes, next, elements);
      for (int i = 0; i < elements; i++) {
        sum[i] += next[i];
      }
    }

    @Override
    public void max(ByteBuffer from, int offsetBytes, int elements) {
      get(from, offsetBytes, next, elements);
      for (int i = 0; i < elements; i++) {
        sum[i] = Math.max(sum[i], next[i]);
      }
    }

    @Override
    public void store(ByteBuffer to, int offsetBytes, int elements) {
      part(to, offsetBytes, elements, Long.BYTES).asLongBuffer().put(sum, 0, elements);
    }

    private static void get(ByteBuffer from, int offsetBytes, long[] into, int elements) {
      part(from, offsetBytes, elements, Long.BYTES).asLongBuffer().get(into, 0, elements);
    }
  }
}
