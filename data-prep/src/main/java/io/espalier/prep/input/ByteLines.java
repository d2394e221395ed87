package io.espalier.prep.input;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Cuts bytes into lines at {@code \n}, keeping no more of a line than a limit. One thread at a
 * time.
 */
final class ByteLines implements Closeable {
  private final InputStream in;
  private final int limit;
  private final byte[] buffer = new byte[1 << 16];
  private int bufferStart;
  private int bufferEnd;
  private byte[] line = new byte[1 << 12];
  private int lineLength;
  private long fullLength;
  private long position;

  /**
   * @param limit most bytes kept of a line
   */
  ByteLines(InputStream in, int limit) {
    this.in = in;
    this.limit = limit;
  }

  /**
   * Reads the next line.
   *
   * @return false at the end; a last line without an end counts, an empty one doesn't
   * @throws DamagedFileException what was read of the line before the damage is there
   */
  boolean next() throws IOException {
    lineLength = 0;
    fullLength = 0;
    boolean any = false;
    while (bufferStart < bufferEnd || fill()) {
      any = true;
      int end = indexOfLineEnd();
      keep(end < 0 ? bufferEnd : end);
      if (end >= 0) {
        bufferStart++;
        position++;
        return true;
      }
    }
    return any;
  }

  /** The line's bytes, from 0 to {@link #length}; reused by the next line. */
  byte[] bytes() {
    return line;
  }

  /** How many bytes of the line were kept, without a carriage return at its end. */
  int length() {
    boolean carriageReturn =
        lineLength > 0 && line[lineLength - 1] == '\r' && fullLength == lineLength;
    return carriageReturn ? lineLength - 1 : lineLength;
  }

  /** How many bytes the line has in the file. */
  long fullLength() {
    return fullLength;
  }

  /** How many bytes were consumed, line ends included. */
  long position() {
    return position;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  private boolean fill() throws IOException {
    bufferStart = 0;
    bufferEnd = Math.max(0, in.read(buffer, 0, buffer.length));
    return bufferEnd > 0;
  }

  private int indexOfLineEnd() {
    for (int i = bufferStart; i < bufferEnd; i++) {
      if (buffer[i] == '\n') {
        return i;
      }
    }
    return -1;
  }

  private void keep(int end) {
    int length = end - bufferStart;
    int kept = Math.min(length, limit - lineLength);
    if (lineLength + kept > line.length) {
      line = Arrays.copyOf(line, (int) Math.min(limit, 2L * (lineLength + kept)));
    }
    System.arraycopy(buffer, bufferStart, line, lineLength, kept);
    lineLength += kept;
    fullLength += length;
    position += length;
    bufferStart = end;
  }
}
