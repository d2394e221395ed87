package io.espalier.megatron;

import io.espalier.config.ConfigException;
import io.espalier.config.FormatException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A corpus whose header and file lengths agree; what lies between is verified as it is read.
 *
 * @param prefix path of the two files without {@code .bin} and {@code .idx}
 * @param type of the tokens
 * @param tokenBytes length of the token file
 * @param modifiedMillis when the index was last written, in milliseconds since 1970
 */
public record MegatronCorpus(
    String prefix, IntegerType type, IndexLayout layout, long tokenBytes, long modifiedMillis)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /**
   * Opens a corpus: reads the header and the last sequence.
   *
   * @throws ConfigException if one of the files isn't there
   * @throws FormatException if they can't be what Megatron wrote
   */
  public static MegatronCorpus open(Configuration configuration, String prefix) {
    Path index = MegatronFiles.index(prefix);
    Path tokens = MegatronFiles.tokens(prefix);
    try {
      FileSystem fileSystem = MegatronFiles.fileSystem(configuration, index);
      FileStatus indexStatus = fileSystem.getFileStatus(index);
      long tokenBytes = fileSystem.getFileStatus(tokens).getLen();
      try (FSDataInputStream in = fileSystem.open(index)) {
        MegatronCorpus corpus =
            read(in, prefix, indexStatus.getLen(), tokenBytes, indexStatus.getModificationTime());
        corpus.requireSameLength(in);
        return corpus;
      }
    } catch (FileNotFoundException e) {
      throw new ConfigException(
          "path is %s but %s and %s aren't both there; the files' common path without .bin and .idx would work"
              .formatted(prefix, tokens.getName(), index.getName()),
          e);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + index, e);
    }
  }

  /** How many documents there are. */
  public long documents() {
    return layout.boundaries() - 1;
  }

  /** Where the index lies. */
  Path index() {
    return MegatronFiles.index(prefix);
  }

  /** Where the tokens lie. */
  Path tokens() {
    return MegatronFiles.tokens(prefix);
  }

  private static MegatronCorpus read(
      FSDataInputStream in, String prefix, long indexBytes, long tokenBytes, long modifiedMillis)
      throws IOException {
    Path file = MegatronFiles.index(prefix);
    require(indexBytes >= IndexLayout.HEADER_BYTES, file, "is too short for a header");
    ByteBuffer header = littleEndian(in, 0, IndexLayout.HEADER_BYTES);
    byte[] magic = new byte[IndexLayout.magic().length];
    header.get(0, magic);
    require(Arrays.equals(magic, IndexLayout.magic()), file, "doesn't start with MMIDIDX");
    long version = header.getLong(IndexLayout.VERSION_AT);
    require(
        version == IndexLayout.VERSION, file, "has version " + version + " but only 1 is known");
    IndexLayout layout =
        new IndexLayout(
            header.getLong(IndexLayout.SEQUENCES_AT), header.getLong(IndexLayout.BOUNDARIES_AT));
    require(
        layout.fits(indexBytes) && layout.boundaries() >= 1,
        file,
        "has %d bytes, which don't fit its %s sequences and %s document boundaries"
            .formatted(
                indexBytes,
                Long.toUnsignedString(layout.sequences()),
                Long.toUnsignedString(layout.boundaries())));
    require(
        layout.boundaries() > 1 || layout.sequences() == 0,
        file,
        "has %d sequences but no document".formatted(layout.sequences()));
    IntegerType type = IntegerType.ofCode(header.get(IndexLayout.TYPE_AT), file);
    return new MegatronCorpus(prefix, type, layout, tokenBytes, modifiedMillis);
  }

  private void requireSameLength(FSDataInputStream in) throws IOException {
    long end = 0;
    if (layout.sequences() > 0) {
      long last = layout.sequences() - 1;
      long length = littleEndian(in, layout.lengthAt(last), Integer.BYTES).getInt();
      end = littleEndian(in, layout.offsetAt(last), Long.BYTES).getLong() + length * type.bytes();
    }
    require(
        end == tokenBytes,
        tokens(),
        "has %d bytes but its index ends at byte %d".formatted(tokenBytes, end));
  }

  static ByteBuffer littleEndian(FSDataInputStream in, long position, int bytes)
      throws IOException {
    byte[] read = new byte[bytes];
    in.readFully(position, read);
    return ByteBuffer.wrap(read).order(ByteOrder.LITTLE_ENDIAN);
  }

  static void require(boolean holds, Path file, String otherwise) {
    if (!holds) {
      throw new FormatException("%s %s".formatted(file, otherwise));
    }
  }
}
