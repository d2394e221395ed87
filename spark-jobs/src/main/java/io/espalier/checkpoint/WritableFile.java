package io.espalier.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/** A new file that is written from its beginning to its end, by one thread at a time. */
interface WritableFile extends WritableByteChannel {

  /** Writes all that remains in the buffer, unlike a channel that may stop early. */
  @Override
  int write(ByteBuffer source) throws IOException;

  /** Returns when the bytes are safe from a power cut, as far as the file system promises that. */
  void sync() throws IOException;
}
