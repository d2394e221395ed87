package io.espalier.train;

import java.nio.charset.StandardCharsets;

/**
 * The index file of Megatron's memory-mapped dataset: magic (9 bytes), version (u64), token type
 * (u8), number of sequences (u64), number of document boundaries (u64), then the lengths in tokens
 * (i32 each), the offsets into the token file in bytes (i64 each) and the boundaries (i64 each).
 *
 * <p>A packed domain is one stream, so it has the two boundaries 0 and n.
 */
record ShardLayout(long sequences, long boundaries) {
  static final byte[] MAGIC = "MMIDIDX\0\0".getBytes(StandardCharsets.US_ASCII);
  static final long VERSION = 1;
  static final long STREAM_BOUNDARIES = 2;

  static final long VERSION_AT = 9;
  static final long TYPE_AT = 17;
  static final long SEQUENCES_AT = 18;
  static final long BOUNDARIES_AT = 26;
  static final int HEADER_BYTES = 34;

  long lengthAt(long sequence) {
    return HEADER_BYTES + Integer.BYTES * sequence;
  }

  long offsetAt(long sequence) {
    return lengthAt(sequences) + Long.BYTES * sequence;
  }

  long bytes() {
    return offsetAt(sequences) + Long.BYTES * boundaries;
  }
}
