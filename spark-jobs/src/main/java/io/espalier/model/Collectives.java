package io.espalier.model;

import io.espalier.comm.Communicator;
import io.espalier.comm.ElementType;
import io.espalier.comm.HostMemory;
import io.espalier.comm.Reduction;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Collectives on numbers of the heap, through a direct buffer. */
final class Collectives {
  private Collectives() {}

  /** The sum of every rank's value, the same bits on all. */
  static double sum(Communicator communicator, double value) {
    if (communicator.size() == 1) {
      return value;
    }
    ByteBuffer bytes = direct(Double.BYTES).putDouble(0, value);
    communicator.allReduce(HostMemory.of(bytes, ElementType.FLOAT64), Reduction.SUM);
    return bytes.getDouble(0);
  }

  /** Every rank's numbers, one behind the other; all give equally many. */
  static float[] gather(Communicator communicator, float[] own) {
    if (communicator.size() == 1) {
      return own;
    }
    ByteBuffer slice = direct(own.length * Float.BYTES);
    slice.asFloatBuffer().put(own);
    float[] all = new float[own.length * communicator.size()];
    gather(communicator, slice, ElementType.FLOAT32).asFloatBuffer().get(all);
    return all;
  }

  /** Every rank's numbers, one behind the other; all give equally many. */
  static long[] gather(Communicator communicator, long[] own) {
    ByteBuffer slice = direct(own.length * Long.BYTES);
    slice.asLongBuffer().put(own);
    long[] all = new long[own.length * communicator.size()];
    gather(communicator, slice, ElementType.INT64).asLongBuffer().get(all);
    return all;
  }

  /** Every rank's bytes, one behind the other; all give equally many. */
  static ByteBuffer gather(Communicator communicator, ByteBuffer own, ElementType type) {
    ByteBuffer all = direct(Math.multiplyExact(own.remaining(), communicator.size()));
    communicator.allGather(HostMemory.of(own, type), HostMemory.of(all, type));
    return all;
  }

  static ByteBuffer direct(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
