package io.espalier.checkpoint;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Writes a safetensors file of any size in one pass: the header, then values in chunks of any
 * length, in the order of {@link #tensors}. The bytes are those that the reference implementation
 * writes. One thread at a time.
 */
public final class SafetensorsWriter implements Closeable {
  /** What transformers wants to see: tensors in PyTorch's layout. */
  public static final Map<String, String> PYTORCH = Map.of("format", "pt");

  /** Told when a file is whole; the channel is its own from then on. */
  interface Completion {
    void finish() throws IOException;
  }

  private final WritableByteChannel channel;
  private final Completion completion;
  private final SafetensorsHeader header;
  private long appendedBytes;
  private boolean finished;

  /**
   * Begins a file on a channel and takes the channel over.
   *
   * @param specs the tensors, in any order
   * @param metadata texts for {@code __metadata__}
   */
  public SafetensorsWriter(
      WritableByteChannel channel, Collection<TensorSpec> specs, Map<String, String> metadata) {
    this(channel, channel::close, specs, metadata);
  }

  SafetensorsWriter(
      WritableByteChannel channel,
      Completion completion,
      Collection<TensorSpec> specs,
      Map<String, String> metadata) {
    this.channel = channel;
    this.completion = completion;
    this.header = SafetensorsHeader.layout(specs, metadata);
    writeAll(ByteBuffer.wrap(header.encode()));
  }

  /** Goes on with a file that has the header and the values of its first tensors already. */
  SafetensorsWriter(
      WritableByteChannel channel,
      Completion completion,
      SafetensorsHeader header,
      long appendedBytes) {
    this.channel = channel;
    this.completion = completion;
    this.header = header;
    this.appendedBytes = appendedBytes;
  }

  /** The order in which values of these tensors are appended to a file, in whatever order given. */
  public static List<TensorSpec> order(Collection<TensorSpec> specs) {
    return SafetensorsHeader.layout(specs, Map.of()).tensors().stream()
        .map(StoredTensor::spec)
        .toList();
  }

  /** The order in which values are appended: by type, then by name. */
  public List<StoredTensor> tensors() {
    return header.tensors();
  }

  /** Those of {@link #tensors} whose values aren't there yet, where the writer goes on. */
  public List<StoredTensor> missing() {
    return header.tensors().stream().filter(t -> t.firstByte() >= appendedBytes).toList();
  }

  /**
   * Appends the next values.
   *
   * @param data little-endian; a part of a tensor, a tensor or several; read to its limit
   */
  public void append(ByteBuffer data) {
    appendedBytes += data.remaining();
    if (appendedBytes > header.dataBytes()) {
      throw new IllegalStateException(
          "%d bytes were appended, but the tensors have %d"
              .formatted(appendedBytes, header.dataBytes()));
    }
    writeAll(data);
  }

  /**
   * Ends the file.
   *
   * @throws IllegalStateException if values are missing
   */
  public void finish() {
    if (appendedBytes != header.dataBytes()) {
      throw new IllegalStateException(
          "%d bytes were appended, but the tensors have %d"
              .formatted(appendedBytes, header.dataBytes()));
    }
    try {
      completion.finish();
      finished = true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Closes the channel of a file that isn't finished and so is of no use. */
  @Override
  public void close() {
    if (finished) {
      return;
    }
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void writeAll(ByteBuffer bytes) {
    try {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write tensors: " + e.getMessage(), e);
    }
  }
}
