package io.espalier.train;

import io.espalier.megatron.IndexLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Writes the two files of a shard in one pass and constant memory: tokens and lengths as they come,
 * offsets from the lengths at the end. Not thread-safe.
 */
final class ShardWriter implements AutoCloseable, SequenceStream.Sink {
  private static final int BUFFER_BYTES = 1 << 16;

  /** A packed domain is one stream: it begins at sequence 0 and ends at the last. */
  private static final long STREAM_BOUNDARIES = 2;

  private final TokenType type;
  private final Path indexFile;
  private final FileChannel tokens;
  private final FileChannel index;
  private final ByteBuffer tokenBuffer = buffer();
  private final ByteBuffer indexBuffer = buffer();
  private long sequences;

  ShardWriter(Path tokenFile, Path indexFile, TokenType type) throws IOException {
    this.type = type;
    this.indexFile = indexFile;
    this.tokens = create(tokenFile);
    try {
      this.index = create(indexFile);
    } catch (IOException e) {
      tokens.close();
      throw e;
    }
    index.position(IndexLayout.HEADER_BYTES);
  }

  @Override
  public void accept(byte[] sequence, int tokenCount) throws IOException {
    int length = Math.multiplyExact(tokenCount, type.bytes());
    if (tokenCount < 1 || length > sequence.length) {
      throw new IllegalArgumentException(
          "Sequence %d says it has %d real tokens in %d bytes"
              .formatted(sequences, tokenCount, sequence.length));
    }
    write(tokens, tokenBuffer, sequence, length);
    room(index, indexBuffer, Integer.BYTES).putInt(tokenCount);
    sequences++;
  }

  /** Completes both files and forces them to disk. */
  void finish() throws IOException {
    flush(tokens, tokenBuffer);
    flush(index, indexBuffer);
    IndexLayout layout = new IndexLayout(sequences, STREAM_BOUNDARIES);
    writeOffsets(layout);
    room(index, indexBuffer, 2 * Long.BYTES).putLong(0).putLong(sequences);
    flush(index, indexBuffer);
    index.position(0);
    indexBuffer.put(IndexLayout.magic()).putLong(IndexLayout.VERSION).put((byte) type.code());
    indexBuffer.putLong(layout.sequences()).putLong(layout.boundaries());
    flush(index, indexBuffer);
    tokens.force(false);
    index.force(false);
  }

  private void writeOffsets(IndexLayout layout) throws IOException {
    MappedFile lengths = new MappedFile(indexFile, MappedFile.WINDOW_BYTES, Integer.BYTES);
    long offset = 0;
    for (long i = 0; i < layout.sequences(); i++) {
      room(index, indexBuffer, Long.BYTES).putLong(offset);
      offset += (long) lengths.int32(layout.lengthAt(i)) * type.bytes();
    }
  }

  @Override
  public void close() throws IOException {
    try (tokens) {
      index.close();
    }
  }

  private static FileChannel create(Path file) throws IOException {
    return FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  private static ByteBuffer buffer() {
    return ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static void write(FileChannel to, ByteBuffer buffer, byte[] bytes, int length)
      throws IOException {
    int at = 0;
    while (at < length) {
      int part = Math.min(length - at, room(to, buffer, 1).remaining());
      buffer.put(bytes, at, part);
      at += part;
    }
  }

  private static ByteBuffer room(FileChannel to, ByteBuffer buffer, int bytes) throws IOException {
    if (buffer.remaining() < bytes) {
      flush(to, buffer);
    }
    return buffer;
  }

  private static void flush(FileChannel to, ByteBuffer buffer) throws IOException {
    buffer.flip();
    while (buffer.hasRemaining()) {
      to.write(buffer);
    }
    buffer.clear();
  }
}
