package io.espalier.prep.input;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * What a library reads a file through whose exceptions don't say whether the file ended, is damaged
 * or couldn't be read. Remembers whether more was asked for than is there, and what was thrown. One
 * thread at a time.
 */
final class WatchedStream extends FilterInputStream {
  private boolean ended;
  private @Nullable IOException thrown;

  WatchedStream(InputStream in) {
    super(in);
  }

  /** Whether the file was read beyond its end. */
  boolean ended() {
    return ended;
  }

  /**
   * What reading the file threw, if it did: damage of its packing, or trouble of the file system.
   */
  @Nullable IOException thrown() {
    return thrown;
  }

  @Override
  public int read() throws IOException {
    try {
      int b = in.read();
      ended |= b < 0;
      return b;
    } catch (IOException e) {
      thrown = e;
      throw e;
    }
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    try {
      int count = in.read(bytes, offset, length);
      ended |= count < 0;
      return count;
    } catch (IOException e) {
      thrown = e;
      throw e;
    }
  }
}
