package io.espalier.prep.input;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import org.apache.hadoop.fs.ChecksumException;
import org.jspecify.annotations.Nullable;

/**
 * The SHA-256 of a file as it lies on disk, found while something reads it: no byte is read twice,
 * and what a reader left because the file is broken is read to its end. One file, one thread.
 */
public final class FileDigest {
  private static final int BUFFER_BYTES = 1 << 16;

  private final MessageDigest digest = sha256();
  private long bytes;
  private @Nullable InputStream file;

  /** The same stream, listened to; closing it doesn't close the file before {@link #finish}. */
  InputStream of(InputStream opened) {
    file = new Listening(opened);
    return file;
  }

  /**
   * Reads what is left and closes the file.
   *
   * @param length what the file had when it was listed
   * @return nothing if the file wasn't read as one stream, can't be read to its end, or has another
   *     length by now
   * @throws IOException if the file system fails
   */
  public Optional<String> finish(long length) throws IOException {
    if (file == null) {
      return length == 0 ? Optional.of(hex()) : Optional.empty();
    }
    try {
      byte[] buffer = new byte[BUFFER_BYTES];
      while (file.read(buffer, 0, buffer.length) >= 0) {
        // Listening takes note.
      }
    } catch (ChecksumException e) {
      return Optional.empty(); // Not what was written, and its records say so.
    } finally {
      abandon();
    }
    return bytes == length ? Optional.of(hex()) : Optional.empty();
  }

  /** Closes the file without reading on. */
  public void abandon() throws IOException {
    if (file instanceof Listening listening) {
      listening.end();
    }
  }

  private String hex() {
    return HexFormat.of().formatHex(digest.digest());
  }

  /** SHA-256 of nothing so far. */
  public static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private final class Listening extends FilterInputStream {
    Listening(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int count = in.read(buffer, offset, length);
      if (count > 0) {
        digest.update(buffer, offset, count);
        bytes += count;
      }
      return count;
    }

    /** Nothing is passed over unread. */
    @Override
    public long skip(long count) throws IOException {
      byte[] buffer = new byte[(int) Math.min(BUFFER_BYTES, Math.max(0, count))];
      return buffer.length == 0 ? 0 : Math.max(0, read(buffer, 0, buffer.length));
    }

    @Override
    public boolean markSupported() {
      return false;
    }

    /** The rest of the file is still to be read. */
    @Override
    public void close() {}

    void end() throws IOException {
      super.close();
    }
  }
}
