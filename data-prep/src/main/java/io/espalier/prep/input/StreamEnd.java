package io.espalier.prep.input;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * A library's decompressor whose exceptions don't say whether the file ended, is damaged or
 * couldn't be read, and that may have given bytes when it throws. Reads it byte by byte, so that
 * everything before the exception comes out. One thread at a time.
 */
final class StreamEnd extends InputStream {
  private final WatchedStream file;
  private final InputStream unpacked;
  private @Nullable IOException failure;

  /** Opens a decompressor. */
  interface Opening {
    InputStream open(InputStream packed) throws IOException;
  }

  /**
   * @param packed closed by this stream
   */
  StreamEnd(InputStream packed, Opening decompressor) throws IOException {
    this.file = new WatchedStream(packed);
    this.unpacked = opened(decompressor);
  }

  @Override
  public int read() throws IOException {
    if (failure != null) {
      throw failure;
    }
    try {
      return unpacked.read();
    } catch (IOException | RuntimeException e) {
      failure = told(e);
      throw failure;
    }
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    int count = 0;
    try {
      while (count < length) {
        int b = read();
        if (b < 0) {
          return count == 0 ? -1 : count;
        }
        bytes[offset + count++] = (byte) b;
      }
    } catch (IOException e) {
      if (count == 0) {
        throw e;
      }
    }
    return count;
  }

  @Override
  public void close() throws IOException {
    unpacked.close();
    file.close();
  }

  /** A file that ends in its first header is met like any other end. */
  private InputStream opened(Opening decompressor) throws IOException {
    try {
      return decompressor.open(file);
    } catch (IOException | RuntimeException e) {
      failure = told(e);
      return InputStream.nullInputStream();
    }
  }

  private IOException told(Exception e) {
    IOException thrown = file.thrown();
    if (thrown != null) {
      return thrown;
    }
    String message = String.valueOf(e.getMessage());
    IOException told = file.ended() ? new EOFException(message) : new ZipException(message);
    told.initCause(e);
    return told;
  }
}
