package io.espalier.model;

import io.espalier.torch.Precision;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The weights of a new model as bytes, piece by piece through one buffer: a parameter may be larger
 * than the Java heap.
 */
final class Initialization {
  private static final int PIECE_ELEMENTS = 1 << 18;

  private final long seed;
  private final Precision precision;
  private final ByteBuffer piece;

  Initialization(long seed, Precision precision) {
    this.seed = seed;
    this.precision = precision;
    this.piece =
        ByteBuffer.allocateDirect(PIECE_ELEMENTS * precision.bytesPerElement())
            .order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Takes elements {@code first…} of a parameter, little-endian, before the call returns. */
  interface Sink {
    void write(long first, ByteBuffer bytes);
  }

  /** Gives all elements of a parameter to the sink. */
  void write(ParameterSpec spec, Sink sink) {
    NormalStream stream = new NormalStream(seed, spec.name());
    for (long first = 0; first < spec.elements(); first += PIECE_ELEMENTS) {
      piece.clear();
      long last = Math.min(spec.elements(), first + PIECE_ELEMENTS);
      for (long i = first; i < last; i++) {
        put(spec.initializer().value(stream, i));
      }
      sink.write(first, piece.flip());
    }
  }

  private void put(double value) {
    if (precision == Precision.FLOAT64) {
      piece.putDouble(value);
    } else {
      piece.putFloat((float) value);
    }
  }
}
