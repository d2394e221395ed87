package io.espalier.prep.input;

import com.github.luben.zstd.ZstdIOException;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.ZipException;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.hadoop.fs.ChecksumException;
import org.jspecify.annotations.Nullable;
import org.tukaani.xz.XZInputStream;

/**
 * Unpacks gzip, Zstandard, bzip2 and xz, recognised by their first bytes; other files pass
 * unchanged.
 */
final class Decompression {
  private static final int BUFFER_BYTES = 1 << 16;
  private static final int[] GZIP = {0x1F, 0x8B};
  private static final int[] ZSTANDARD = {0x28, 0xB5, 0x2F, 0xFD};

  /** A frame to be passed over, with which parallel compressors (pzstd) begin their files. */
  private static final int[] ZSTANDARD_SKIPPABLE = {0x50, 0x2A, 0x4D, 0x18};

  private static final int BZIP2_HEADER_BYTES = 5;
  private static final int[] XZ = {0xFD, '7', 'z', 'X'};

  /** Eight times what {@code xz -9} needs: a header may ask for all the memory there is. */
  private static final int XZ_MEMORY_KIB = 1 << 19;

  /** Text repeats less than this; gzip can't do more, Zstandard and xz can do far more. */
  private static final long MOST_EXPANSION = 1000;

  /** A file may always become so much, however small it is. */
  private static final long HARMLESS_BYTES = 1L << 30;

  private Decompression() {}

  /** What a file of so many bytes may become before it counts as made to fill the machine. */
  static long mostBytes(long packedBytes) {
    return Math.max(HARMLESS_BYTES, packedBytes * MOST_EXPANSION);
  }

  /**
   * The contents of a file. The stream throws {@link DamagedFileException} where the compressed
   * data ends too early, after everything before that was given out, or where it is damaged; then
   * what came out last, a buffer at most, is held back with it. Owns {@code file}.
   *
   * @param mostBytes after which compressed data counts as damaged: {@link #mostBytes(long)}
   */
  static InputStream open(InputStream file, long mostBytes) throws IOException {
    BufferedInputStream in = new BufferedInputStream(file, BUFFER_BYTES);
    if (startsWith(in, GZIP)) {
      return new Unpacked(new GzipMembers(in), "gzip", mostBytes);
    }
    if (isZstandard(in)) {
      return new Unpacked(new ZstandardFrames(in), "zstd", mostBytes);
    }
    if (isBzip2(in)) {
      return new Unpacked(
          new StreamEnd(in, packed -> new BZip2CompressorInputStream(packed, true)),
          "bzip2",
          mostBytes);
    }
    if (startsWith(in, XZ)) {
      return new Unpacked(
          new StreamEnd(in, packed -> new XZInputStream(packed, XZ_MEMORY_KIB)), "xz", mostBytes);
    }
    return in;
  }

  /** Whether the file can only be read from its beginning. */
  static boolean isCompressed(InputStream file) throws IOException {
    BufferedInputStream in = new BufferedInputStream(file, 16);
    return startsWith(in, GZIP) || isZstandard(in) || isBzip2(in) || startsWith(in, XZ);
  }

  /**
   * The magic is letters: what follows, the size of blocks and the first block, is looked at too.
   */
  private static boolean isBzip2(BufferedInputStream in) throws IOException {
    in.mark(BZIP2_HEADER_BYTES);
    try {
      byte[] first = in.readNBytes(BZIP2_HEADER_BYTES);
      boolean magic = first.length > 3 && first[0] == 'B' && first[1] == 'Z' && first[2] == 'h';
      return magic
          && first[3] >= '1'
          && first[3] <= '9'
          && (first.length == 4 || first[4] == 0x31 || first[4] == 0x17);
    } finally {
      in.reset();
    }
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
    private final long mostBytes;
    private long unpackedBytes;
    private @Nullable DamagedFileException damage;

    Unpacked(InputStream unpacked, String codec, long mostBytes) {
      super(unpacked);
      this.codec = codec;
      this.mostBytes = mostBytes;
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
        int count = in.read(bytes, offset, length);
        unpackedBytes += Math.max(0, count);
        requireHarmless();
        return count;
      } catch (EOFException e) {
        damage = new DamagedFileException("truncated_" + codec, e);
      } catch (ZipException | ZstdIOException | ChecksumException e) {
        damage = new DamagedFileException("damaged_" + codec, e);
      }
      throw damage;
    }

    private void requireHarmless() throws DamagedFileException {
      if (unpackedBytes > mostBytes) {
        damage =
            new DamagedFileException(
                "endless_" + codec,
                new IOException("unpacks to more than %d bytes".formatted(mostBytes)));
        throw damage;
      }
    }
  }
}
