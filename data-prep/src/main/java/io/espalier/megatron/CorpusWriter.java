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
    ByteBuffer bytes = buffer(Math.multiplyExact(count, type.bytes()));
    for (int i = 0; i < count; i++) {
      type.put(bytes, ids[i]);
    }
    tokens.write(bytes.array());
    if (documents == lengths.length) {
      lengths = Arrays.copyOf(lengths, Math.multiplyExact(documents, 2));
    }
    lengths[documents++] = count;
  }

  /** Completes both files. */
  public void finish() throws IOException {
    tokens.close();
    try (OutputStream out = create(index)) {
      ByteBuffer header = buffer(IndexLayout.HEADER_BYTES);
      header.put(IndexLayout.magic()).putLong(IndexLayout.VERSION).put((byte) type.code());
      header.putLong(documents).putLong(documents + 1L);
      out.write(header.array());
      ByteBuffer number = buffer(Long.BYTES);
      for (int i = 0; i < documents; i++) {
        out.write(number.putInt(0, lengths[i]).array(), 0, Integer.BYTES);
      }
      long offset = 0;
      for (int i = 0; i < documents; i++) {
        out.write(number.putLong(0, offset).array());
        offset += (long) lengths[i] * type.bytes();
      }
      for (long boundary = 0; boundary <= documents; boundary++) {
        out.write(number.putLong(0, boundary).array());
      }
    }
  }

  @Override
  public void close() throws IOException {
    tokens.close();
  }

  private OutputStream create(Path path) throws IOException {
    return new BufferedOutputStream(fileSystem.create(path, true), 1 << 16);
  }

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
