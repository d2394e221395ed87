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

  /** Gives all elements of a rank's slice to the sink; what is padding is left as it was. */
  void write(ParameterSpec spec, ParameterSlice slice, Sink sink) {
    NormalStream stream = new NormalStream(seed, spec.name());
    long written = 0;
    piece.clear();
    for (ParameterSlice.Run run : slice.runs()) {
      for (long i = run.whole(); i < run.whole() + run.elements(); i++) {
        put(spec.initializer().value(stream, i));
        if (!piece.hasRemaining()) {
          written = flush(written, sink);
        }
      }
    }
    flush(written, sink);
  }

  private long flush(long written, Sink sink) {
    piece.flip();
    long elements = piece.remaining() / precision.bytesPerElement();
    if (elements > 0) {
      sink.write(written, piece);
    }
    piece.clear();
    return written + elements;
  }

  private void put(double value) {
    if (precision == Precision.FLOAT64) {
      piece.putDouble(value);
    } else {
      piece.putFloat((float) value);
    }
  }
}
