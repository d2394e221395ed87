package io.espalier.checkpoint;

import io.espalier.config.FormatException;
import java.util.regex.Pattern;

/**
 * What a manifest says about one file.
 *
 * @param path where it lies, relative to the manifest's folder
 * @param lengthBytes its length
 * @param sha256 its SHA-256 in hexadecimal, as {@code sha256sum} prints it
 * @param pieceBytes length of the pieces that are checked one by one; the last may be shorter
 * @param pieceCrc32c the CRC-32C of every piece: eight hexadecimal digits each, one after the other
 */
public record FileEntry(
    String path, long lengthBytes, String sha256, int pieceBytes, String pieceCrc32c) {
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
  private static final Pattern PLAIN_PATH = Pattern.compile("(?!\\.)[^/\\\\]+(/(?!\\.)[^/\\\\]+)*");
  private static final int CRC_DIGITS = 8;

  public FileEntry {
    if (!PLAIN_PATH.matcher(path).matches()) {
      throw new FormatException(
          "path is %s but must be a plain path below the checkpoint".formatted(path));
    }
    if (lengthBytes < 0 || pieceBytes <= 0) {
      throw new FormatException(
          "length_bytes is %d and piece_bytes %d, but neither may be negative or no piece"
              .formatted(lengthBytes, pieceBytes));
    }
    if (!SHA256.matcher(sha256).matches()) {
      throw new FormatException("sha256 is %s but must have 64 digits".formatted(sha256));
    }
    long pieces = (lengthBytes + pieceBytes - 1) / pieceBytes;
    if (pieceCrc32c.length() != pieces * CRC_DIGITS) {
      throw new FormatException(
          "piece_crc32c has %d digits, but %d pieces need %d"
              .formatted(pieceCrc32c.length(), pieces, pieces * CRC_DIGITS));
    }
  }

  /** The checksums as numbers, one a piece. */
  int[] checksums() {
    int[] checksums = new int[pieceCrc32c.length() / CRC_DIGITS];
    for (int piece = 0; piece < checksums.length; piece++) {
      int at = piece * CRC_DIGITS;
      try {
        checksums[piece] = Integer.parseUnsignedInt(pieceCrc32c, at, at + CRC_DIGITS, 16);
      } catch (NumberFormatException e) {
        throw new FormatException(
            "piece_crc32c of %s isn't hexadecimal at digit %d".formatted(path, at), e);
      }
    }
    return checksums;
  }
}
