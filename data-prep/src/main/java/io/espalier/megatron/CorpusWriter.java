package io.espalier.megatron;

import io.espalier.config.ConfigException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Writes a corpus, byte for byte as Megatron's builder does: one sequence per document, the index
 * last, so that what a killed writer leaves is no corpus. Holds four bytes per document. One
 * thread; closed by whoever made it.
 */
public final class CorpusWriter implements AutoCloseable {
  private final IntegerType type;
  private final FileSystem fileSystem;
  private final Path index;
  private final OutputStream tokens;
  private int[] lengths = new int[1024];
  private int documents;

  /**
   * Begins a corpus.
   *
   * @param prefix path of the two files without {@code .bin} and {@code .idx}
   * @throws ConfigException if there is one already
   */
  public CorpusWriter(Configuration configuration, String prefix, IntegerType type)
      throws IOException {
    this.type = type;
    this.index = MegatronFiles.index(prefix);
    this.fileSystem = MegatronFiles.fileSystem(configuration, index);
    if (fileSystem.exists(index)) {
      throw new ConfigException("%s exists already; another path would work".formatted(index));
    }
    this.tokens = create(MegatronFiles.tokens(prefix));
  }

  /**
   * Appends a document.
   *
   * @param ids {@code ids[0]} to {@code ids[count - 1]}, end-of-text included
   */
  public void add(int[] ids, int count) throws IOException {
    byte[] bytes = new byte[Math.multiplyExact(count, type.bytes())];
    ByteBuffer into = littleEndian(bytes);
    for (int i = 0; i < count; i++) {
      type.put(into, ids[i]);
    }
    tokens.write(bytes);
    if (documents == lengths.length) {
      lengths = Arrays.copyOf(lengths, Math.multiplyExact(documents, 2));
    }
    lengths[documents++] = count;
  }

  /** Completes both files. */
  public void finish() throws IOException {
    tokens.close();
    try (OutputStream out = create(index)) {
      byte[] header = new byte[IndexLayout.HEADER_BYTES];
      littleEndian(header)
          .put(IndexLayout.magic())
          .putLong(IndexLayout.VERSION)
          .put((byte) type.code())
          .putLong(documents)
          .putLong(documents + 1L);
      out.write(header);
      writeSequences(out);
      for (long boundary = 0; boundary <= documents; boundary++) {
        out.write(int64(boundary));
      }
    }
  }

  /** Lengths, then offsets. */
  private void writeSequences(OutputStream out) throws IOException {
    byte[] int32 = new byte[Integer.BYTES];
    for (int i = 0; i < documents; i++) {
      littleEndian(int32).putInt(lengths[i]);
      out.write(int32);
    }
    long offset = 0;
    for (int i = 0; i < documents; i++) {
      out.write(int64(offset));
      offset += (long) lengths[i] * type.bytes();
    }
  }

  @Override
  public void close() throws IOException {
    tokens.close();
  }

  private OutputStream create(Path path) throws IOException {
    return new BufferedOutputStream(fileSystem.create(path, true), 1 << 16);
  }

  private static byte[] int64(long value) {
    byte[] bytes = new byte[Long.BYTES];
    littleEndian(bytes).putLong(value);
    return bytes;
  }

  private static ByteBuffer littleEndian(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
