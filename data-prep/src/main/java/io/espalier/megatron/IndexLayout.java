package io.espalier.megatron;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;

/**
 * Where things lie in the index file of Megatron's memory-mapped dataset, little-endian: magic (9
 * bytes), version (u64), token type (u8), number of sequences (u64), number of document boundaries
 * (u64), then the lengths in tokens (i32 each), the offsets into the token file in bytes (i64 each)
 * and the boundaries, as numbers of sequences (i64 each), of which the first is 0.
 */
public record IndexLayout(long sequences, long boundaries) implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final String MAGIC = "MMIDIDX\0\0";

  /** The only version there is. */
  public static final long VERSION = 1;

  /** Where the header's fields lie, in bytes. */
  public static final int VERSION_AT = 9;

  public static final int TYPE_AT = 17;
  public static final int SEQUENCES_AT = 18;
  public static final int BOUNDARIES_AT = 26;
  public static final int HEADER_BYTES = 34;

  /** What the file begins with. */
  public static byte[] magic() {
    return MAGIC.getBytes(StandardCharsets.US_ASCII);
  }

  /** Where a sequence's length lies. */
  public long lengthAt(long sequence) {
    return HEADER_BYTES + Integer.BYTES * sequence;
  }

  /** Where a sequence's offset lies. */
  public long offsetAt(long sequence) {
    return lengthAt(sequences) + Long.BYTES * sequence;
  }

  /** Where a boundary lies. */
  public long boundaryAt(long boundary) {
    return offsetAt(sequences) + Long.BYTES * boundary;
  }

  /** Length of the whole file. */
  public long bytes() {
    return boundaryAt(boundaries);
  }

  /** Whether a file of so many bytes can have this layout; no count is too large to be asked. */
  public boolean fits(long fileBytes) {
    return sequences >= 0
        && sequences <= fileBytes
        && boundaries >= 0
        && boundaries <= fileBytes
        && bytes() == fileBytes;
  }
}
