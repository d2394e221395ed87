package io.espalier.train;

import io.espalier.config.FormatException;
import io.espalier.megatron.IndexLayout;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;

/** What must hold before a shard's files are believed; each refusal names the file. */
final class ShardVerification {
  private ShardVerification() {}

  /** The layout that the header states, if the file is as long as it says. */
  static IndexLayout layout(Path file, MappedFile index) {
    require(index.bytes() >= IndexLayout.HEADER_BYTES, file, "is too short for a header");
    byte[] magic = new byte[IndexLayout.magic().length];
    ByteBuffer header = index.window(0);
    header.get(0, magic);
    require(Arrays.equals(magic, IndexLayout.magic()), file, "doesn't start with MMIDIDX");
    long version = header.getLong(IndexLayout.VERSION_AT);
    require(
        version == IndexLayout.VERSION, file, "has version " + version + " but only 1 is known");
    IndexLayout layout =
        new IndexLayout(
            header.getLong(IndexLayout.SEQUENCES_AT), header.getLong(IndexLayout.BOUNDARIES_AT));
    require(
        layout.fits(index.bytes()),
        file,
        "has %d bytes, which don't fit its %d sequences"
            .formatted(index.bytes(), layout.sequences()));
    return layout;
  }

  /** The longest sequence, after checking that each starts where the one before it ends. */
  static int longestTokens(Path file, MappedFile index, IndexLayout layout, TokenType type) {
    int longest = 0;
    long offset = 0;
    for (long i = 0; i < layout.sequences(); i++) {
      int length = index.int32(layout.lengthAt(i));
      require(length >= 1, file, "gives sequence " + i + " the length " + length);
      require(
          index.int64(layout.offsetAt(i)) == offset,
          file,
          "doesn't start sequence %d at byte %d, where the one before it ends"
              .formatted(i, offset));
      longest = Math.max(longest, length);
      offset += (long) length * type.bytes();
    }
    return longest;
  }

  /** Requires that the token file ends where the last sequence does. */
  static void sameLength(
      Path file, long bytes, MappedFile index, IndexLayout layout, TokenType type) {
    long last = layout.sequences() - 1;
    long expected =
        last < 0
            ? 0
            : index.int64(layout.offsetAt(last))
                + (long) index.int32(layout.lengthAt(last)) * type.bytes();
    require(
        bytes == expected, file, "has %d bytes but its index says %d".formatted(bytes, expected));
  }

  private static void require(boolean holds, Path file, String otherwise) {
    if (!holds) {
      throw new FormatException("%s %s".formatted(file, otherwise));
    }
  }
}
