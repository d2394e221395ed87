package io.espalier.model;

import io.espalier.model.ParameterSlice.Run;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Reads a rank's part of a parameter out of the whole, piece by piece through one buffer, which is
 * made at first use: of what other ranks hold not a byte is asked for. Not thread-safe.
 */
final class SliceReader {
  /** Eight of the pieces that a checkpoint's file is verified by. */
  private static final int PIECE_BYTES = 2 << 20;

  private final int bytesPerElement;
  private ByteBuffer piece = ByteBuffer.allocateDirect(0);

  SliceReader(int bytesPerElement) {
    this.bytesPerElement = bytesPerElement;
  }

  /** Takes elements {@code first…} of what is read, before the call returns. */
  interface Sink {
    void write(long first, ByteBuffer bytes);
  }

  /** Gives the elements {@code [first, first + count)} of a slice to the sink, but for padding. */
  void read(ParameterSlice slice, long first, long count, ParameterSource whole, Sink sink) {
    if (piece.capacity() == 0) {
      piece = ByteBuffer.allocateDirect(PIECE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    }
    long written = 0;
    piece.clear();
    for (Run run : slice.within(first, count)) {
      long done = 0;
      while (done < run.elements()) {
        done += fill(run, done, whole);
        if (!piece.hasRemaining()) {
          written = flush(written, sink);
        }
      }
    }
    flush(written, sink);
  }

  private int fill(Run run, long done, ParameterSource whole) {
    int elements = (int) Math.min(run.elements() - done, piece.remaining() / bytesPerElement);
    piece.limit(piece.position() + elements * bytesPerElement);
    whole.read((run.whole() + done) * bytesPerElement, piece);
    piece.limit(piece.capacity());
    return elements;
  }

  private long flush(long written, Sink sink) {
    piece.flip();
    long elements = piece.remaining() / bytesPerElement;
    if (elements > 0) {
      sink.write(written, piece);
    }
    piece.clear();
    return written + elements;
  }
}
