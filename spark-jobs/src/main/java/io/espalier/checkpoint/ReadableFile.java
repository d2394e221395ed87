package io.espalier.checkpoint;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A file that is read at any position; many threads may read at once. */
interface ReadableFile extends Closeable {

  /** What messages call it: its path or URI. */
  String name();

  /** Its length when it was opened. */
  long lengthBytes();

  /** How much a reader of many pieces does well to ask for at a time; a piece where it's 0. */
  default int readAtOnceBytes() {
    return 0;
  }

  /**
   * Fills the buffer with the bytes from a position on.
   *
   * @throws java.io.EOFException if the file ends before the buffer is full
   */
  void read(long position, ByteBuffer destination) throws IOException;
}
