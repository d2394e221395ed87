package io.espalier.upkeep;

import io.espalier.table.Seal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.zip.CRC32;

/**
 * What one reading of a file tells.
 *
 * @param sha256 lower-case hexadecimal
 * @param hadoopChecksums what Hadoop's {@code .name.crc} of these bytes would hold
 */
record Digest(String sha256, ByteBuffer hadoopChecksums) {
  private static final int READ_BYTES = 1 << 16;

  /** Bytes that Hadoop's local file system has a CRC-32 of; fixed in its every version. */
  private static final int CHECKED_BYTES = 512;

  private static final byte[] HEADER = {'c', 'r', 'c', 0};

  /** Reads a file from beginning to end. */
  static Digest of(RawFiles files, String path) {
    try (InputStream in = files.open(path)) {
      MessageDigest sha256 = Seal.digest();
      ByteArrayOutputStream checksums = new ByteArrayOutputStream();
      checksums.write(HEADER);
      checksums.write(ByteBuffer.allocate(Integer.BYTES).putInt(CHECKED_BYTES).array());
      byte[] buffer = new byte[READ_BYTES];
      for (int read = in.readNBytes(buffer, 0, READ_BYTES);
          read > 0;
          read = in.readNBytes(buffer, 0, READ_BYTES)) {
        sha256.update(buffer, 0, read);
        for (int first = 0; first < read; first += CHECKED_BYTES) {
          checksums.write(crc32(buffer, first, Math.min(CHECKED_BYTES, read - first)));
        }
      }
      return new Digest(
          HexFormat.of().formatHex(sha256.digest()), ByteBuffer.wrap(checksums.toByteArray()));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + path, e);
    }
  }

  /** Whether Hadoop's checksums are those of the bytes that were read. */
  boolean fits(byte[] checksumFile) {
    return ByteBuffer.wrap(checksumFile).equals(hadoopChecksums);
  }

  private static byte[] crc32(byte[] bytes, int first, int length) {
    CRC32 crc = new CRC32();
    crc.update(bytes, first, length);
    return ByteBuffer.allocate(Integer.BYTES).putInt((int) crc.getValue()).array();
  }
}
