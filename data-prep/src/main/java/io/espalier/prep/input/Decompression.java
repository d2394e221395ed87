package io.espalier.prep.input;

import com.github.luben.zstd.ZstdIOException;
import com.github.luben.zstd.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.apache.hadoop.fs.ChecksumException;

/** Unpacks gzip and Zstandard, recognised by their first bytes; other files pass unchanged. */
final class Decompression {
  private static final int BUFFER_BYTES = 1 << 16;
  private static final int[] GZIP = {0x1F, 0x8B};
  private static final int[] ZSTANDARD = {0x28, 0xB5, 0x2F, 0xFD};

  private Decompression() {}

  /**
   * The contents of a file. The stream throws {@link DamagedFileException} where the compressed
   * data is damaged, after everything before it was given out, and owns {@code file}.
   */
  static InputStream open(InputStream file) throws IOException {
    BufferedInputStream in = new BufferedInputStream(file, BUFFER_BYTES);
    if (startsWith(in, GZIP)) {
      return new Unpacked(() -> new GZIPInputStream(new Eager(in), BUFFER_BYTES), in, "gzip");
    }
    if (startsWith(in, ZSTANDARD)) {
      return new Unpacked(() -> new ZstdInputStream(in), in, "zstd");
    }
    return in;
  }

  /** Whether the file can only be read from its beginning. */
  static boolean isCompressed(InputStream file) throws IOException {
    BufferedInputStream in = new BufferedInputStream(file, 16);
    return startsWith(in, GZIP) || startsWith(in, ZSTANDARD);
  }

  private static boolean startsWith(BufferedInputStream in, int[] magic) throws IOException {
    in.mark(magic.length);
    try {
      for (int expected : magic) {
        if (in.read() != expected) {
          return false;
        }
      }
      return true;
    } finally {
      in.reset();
    }
  }

  /**
   * Says that bytes are available until the end is reached. The JDK's gzip reader takes 0 for the
   * end of the file and would silently drop the further members of a file on a remote file system.
   */
  private static final class Eager extends FilterInputStream {
    Eager(BufferedInputStream in) {
      super(in);
    }

    @Override
    public int available() throws IOException {
      in.mark(1);
      boolean end = in.read() < 0;
      in.reset();
      return end ? 0 : 1;
    }
  }

  private interface Opener {
    InputStream open() throws IOException;
  }

  /** Tells damage from trouble of the file system. */
  private static final class Unpacked extends InputStream {
    private final Opener opener;
    private final InputStream file;
    private final String codec;
    private InputStream unpacked = InputStream.nullInputStream();
    private boolean opened;

    Unpacked(Opener opener, InputStream file, String codec) {
      this.opener = opener;
      this.file = file;
      this.codec = codec;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      try {
        if (!opened) {
          opened = true;
          unpacked = opener.open();
        }
        return unpacked.read(bytes, offset, length);
      } catch (EOFException e) {
        throw new DamagedFileException("truncated_" + codec, e);
      } catch (ZstdIOException e) {
        throw new DamagedFileException(
            (String.valueOf(e.getMessage()).contains("Truncated") ? "truncated_" : "damaged_")
                + codec,
            e);
      } catch (ZipException | ChecksumException e) {
        throw new DamagedFileException("damaged_" + codec, e);
      }
    }

    @Override
    public void close() throws IOException {
      unpacked.close();
      file.close();
    }
  }
}
