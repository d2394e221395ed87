package io.espalier.prep.input;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipException;

/**
 * The contents of a gzip file, one member after the other (RFC 1952). One thread at a time.
 *
 * <p>The JDK's own reader takes whatever follows a member and is none for the end of the file: in a
 * file of many members one damaged header would lose the rest without a word. Zeros between and
 * after members, with which tapes and block devices fill up, are no damage here either.
 */
final class GzipMembers extends InflaterInputStream {
  private static final int BUFFER_BYTES = 1 << 16;
  private static final int DEFLATE = 8;
  private static final int HAS_HEADER_CHECKSUM = 2;
  private static final int HAS_EXTRA_FIELD = 4;
  private static final int HAS_NAME = 8;
  private static final int HAS_COMMENT = 16;

  private final CRC32 checksum = new CRC32();
  private boolean inMember;

  /**
   * @param in closed by this stream
   */
  GzipMembers(InputStream in) {
    super(in, new Inflater(true), BUFFER_BYTES);
  }

  /**
   * As any stream.
   *
   * @throws EOFException if the file ends inside a member
   * @throws ZipException if it is damaged
   */
  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    while (inMember || startMember()) {
      int count = super.read(bytes, offset, length);
      if (count >= 0) {
        checksum.update(bytes, offset, count);
        return count;
      }
      checkTrailer();
      inMember = false;
    }
    return -1;
  }

  @Override
  public void close() throws IOException {
    super.close();
    inf.end();
  }

  /** Reads a member's header; false at the end of the file. */
  private boolean startMember() throws IOException {
    int first = next();
    while (first == 0) {
      first = next();
    }
    if (first < 0) {
      return false;
    }
    if (first != 0x1F || expected() != 0x8B || expected() != DEFLATE) {
      throw new ZipException("what follows is no gzip");
    }
    skipRestOfHeader(expected());
    int unread = inf.getRemaining();
    inf.reset();
    inf.setInput(buf, len - unread, unread);
    checksum.reset();
    inMember = true;
    return true;
  }

  private void skipRestOfHeader(int flags) throws IOException {
    skipBytes(6); // Time, compression level, operating system.
    if ((flags & HAS_EXTRA_FIELD) != 0) {
      skipBytes(littleEndian(2));
    }
    if ((flags & HAS_NAME) != 0) {
      skipText();
    }
    if ((flags & HAS_COMMENT) != 0) {
      skipText();
    }
    if ((flags & HAS_HEADER_CHECKSUM) != 0) {
      skipBytes(2);
    }
  }

  private void checkTrailer() throws IOException {
    long written = inf.getBytesWritten() & 0xFFFF_FFFFL;
    if (littleEndian(4) != checksum.getValue() || littleEndian(4) != written) {
      throw new ZipException("the contents don't fit their checksum");
    }
  }

  private long littleEndian(int bytes) throws IOException {
    long value = 0;
    for (int i = 0; i < bytes; i++) {
      value |= (long) expected() << (8 * i);
    }
    return value;
  }

  private void skipText() throws IOException {
    int character = expected();
    while (character != 0) {
      character = expected();
    }
  }

  private void skipBytes(long count) throws IOException {
    for (long i = 0; i < count; i++) {
      expected();
    }
  }

  private int expected() throws IOException {
    int value = next();
    if (value < 0) {
      throw new EOFException("the file ends inside a member's header or trailer");
    }
    return value;
  }

  /** The next byte that the inflater hasn't taken, or -1 at the end of the file. */
  private int next() throws IOException {
    if (inf.getRemaining() == 0) {
      len = Math.max(0, in.read(buf, 0, buf.length));
      if (len == 0) {
        return -1;
      }
      inf.setInput(buf, 0, len);
    }
    int at = len - inf.getRemaining();
    inf.setInput(buf, at + 1, len - at - 1);
    return buf[at] & 0xFF;
  }
}
