package io.espalier.prep.input;

import com.github.luben.zstd.ZstdIOException;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.ZipException;
import org.apache.hadoop.fs.ChecksumException;
import org.jspecify.annotations.Nullable;

/** Unpacks gzip and Zstandard, recognised by their first bytes; other files pass unchanged. */
final class Decompression {
  private static final int BUFFER_BYTES = 1 << 16;
  private static final int[] GZIP = {0x1F, 0x8B};
  private static final int[] ZSTANDARD = {0x28, 0xB5, 0x2F, 0xFD};

  /** A frame to be passed over, with which parallel compressors (pzstd) begin their files. */
  private static final int[] ZSTANDARD_SKIPPABLE = {0x50, 0x2A, 0x4D, 0x18};

  private Decompression() {}

  /**
   * The contents of a file. The stream throws {@link DamagedFileException} where the compressed
   * data ends too early, after everything before that was given out, or where it is damaged; then
   * what came out last, a buffer at most, is held back with it. Owns {@code file}.
   */
  static InputStream open(InputStream file) throws IOException {
    BufferedInputStream in = new BufferedInputStream(file, BUFFER_BYTES);
    if (startsWith(in, GZIP)) {
      return new Unpacked(new GzipMembers(in), "gzip");
    }
    if (isZstandard(in)) {
      return new Unpacked(new ZstandardFrames(in), "zstd");
    }
    return in;
  }

  /** Whether the file can only be read from its beginning. */
  static boolean isCompressed(InputStream file) throws IOException {
    BufferedInputStream in = new BufferedInputStream(file, 16);
    return startsWith(in, GZIP) || isZstandard(in);
  }

  private static boolean isZstandard(BufferedInputStream in) throws IOException {
    return startsWith(in, ZSTANDARD) || startsWith(in, ZSTANDARD_SKIPPABLE);
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
   * Tells damage from trouble of the file system. Damage stays: whoever reads on after it meets it
   * again, never an early end.
   */
  private static final class Unpacked extends FilterInputStream {
    private final String codec;
    private @Nullable DamagedFileException damage;

    Unpacked(InputStream unpacked, String codec) {
      super(unpacked);
      this.codec = codec;
    }

    /**
     * Nothing: a buffered stream would otherwise read on as long as something is there, and lose
     * what it has when the damage comes.
     */
    @Override
    public int available() {
      return 0;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (damage != null) {
        throw damage;
      }
      try {
        return in.read(bytes, offset, length);
      } catch (EOFException e) {
        damage = new DamagedFileException("truncated_" + codec, e);
      } catch (ZipException | ZstdIOException | ChecksumException e) {
        damage = new DamagedFileException("damaged_" + codec, e);
      }
      throw damage;
    }
  }
}
