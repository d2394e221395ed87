package io.espalier.checkpoint;

import io.espalier.config.FormatException;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a safetensors file of any size tensor by tensor, or a tensor chunk by chunk; opening it
 * reads the header alone. One thread at a time; {@link #fork} gives another thread its own.
 */
public final class SafetensorsReader implements Closeable {
  /** The reference implementation's bound: a longer header is an attack or another format. */
  static final int MAXIMUM_HEADER_BYTES = 100_000_000;

  private final ReadableFile file;
  private final SafetensorsHeader header;
  private final long dataStart;
  private final Map<String, StoredTensor> byName = new LinkedHashMap<>();

  private SafetensorsReader(ReadableFile file, SafetensorsHeader header, long dataStart) {
    this.file = file;
    this.header = header;
    this.dataStart = dataStart;
    header.tensors().forEach(t -> byName.put(t.spec().name(), t));
  }

  /**
   * Opens a local file that belongs to no checkpoint, such as a download; its values are read as
   * they are, unverified.
   *
   * @throws FormatException if its header isn't a safetensors header
   */
  public static SafetensorsReader open(Path file) {
    try {
      return open(LocalStorage.open(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Opens a file and takes it over: it is closed with this reader, and if this method fails. */
  static SafetensorsReader open(ReadableFile file) {
    try {
      long bytes = headerBytes(file);
      ByteBuffer json = ByteBuffer.allocate((int) bytes);
      file.read(SafetensorsHeader.LENGTH_BYTES, json);
      long dataStart = SafetensorsHeader.LENGTH_BYTES + bytes;
      SafetensorsHeader header =
          SafetensorsHeaderParser.parse(file.name(), json.flip(), file.lengthBytes() - dataStart);
      return new SafetensorsReader(file, header, dataStart);
    } catch (IOException e) {
      throw closing(file, new UncheckedIOException(e));
    } catch (RuntimeException e) {
      throw closing(file, e);
    }
  }

  private static long headerBytes(ReadableFile file) throws IOException {
    if (file.lengthBytes() < SafetensorsHeader.LENGTH_BYTES) {
      throw new FormatException(
          "%s has %d bytes, but a safetensors file begins with %d bytes of header length"
              .formatted(file.name(), file.lengthBytes(), SafetensorsHeader.LENGTH_BYTES));
    }
    ByteBuffer length = ByteBuffer.allocate(SafetensorsHeader.LENGTH_BYTES);
    file.read(0, length);
    long bytes = length.flip().order(ByteOrder.LITTLE_ENDIAN).getLong();
    if (bytes < 0 || bytes > MAXIMUM_HEADER_BYTES) {
      throw new FormatException(
          "%s claims a header of %s bytes, but at most %d are allowed; is it a safetensors file?"
              .formatted(file.name(), Long.toUnsignedString(bytes), MAXIMUM_HEADER_BYTES));
    }
    if (bytes > file.lengthBytes() - SafetensorsHeader.LENGTH_BYTES) {
      throw new FormatException(
          "%s claims a header of %d bytes, but the file has %d; it is truncated"
              .formatted(file.name(), bytes, file.lengthBytes()));
    }
    return bytes;
  }

  private static RuntimeException closing(ReadableFile file, RuntimeException failure) {
    try {
      file.close();
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
    return failure;
  }

  /** Another reader of the same open file, for another thread; closing either closes both. */
  public SafetensorsReader fork() {
    ReadableFile forked = file instanceof VerifiedFile verified ? verified.fork() : file;
    return new SafetensorsReader(forked, header, dataStart);
  }

  /** What messages call this file: its path or URI. */
  public String name() {
    return file.name();
  }

  /** The texts under {@code __metadata__}. */
  public Map<String, String> metadata() {
    return header.metadata();
  }

  /** Every tensor, in the order of its bytes in the file. */
  public List<StoredTensor> tensors() {
    return header.tensors();
  }

  /** Bytes in front of the first tensor's values. */
  public long dataStart() {
    return dataStart;
  }

  /** Whether there is a tensor of this name. */
  public boolean has(String tensor) {
    return byName.containsKey(tensor);
  }

  /**
   * What a tensor is.
   *
   * @throws FormatException if there is none of this name
   */
  public TensorSpec spec(String tensor) {
    return stored(tensor).spec();
  }

  /**
   * Fills the buffer with a part of a tensor's values.
   *
   * @param firstByte the part's first byte, counted from the tensor's beginning
   * @param destination its remaining bytes are filled; direct buffers take no copy on the way
   * @throws FormatException if the file is damaged, or there is no such tensor
   */
  public void read(String tensor, long firstByte, ByteBuffer destination) {
    StoredTensor stored = stored(tensor);
    if (firstByte < 0 || firstByte + destination.remaining() > stored.spec().lengthBytes()) {
      throw new IllegalArgumentException(
          "bytes [%d, %d) of tensor %s were asked for, but it has %d"
              .formatted(
                  firstByte,
                  firstByte + destination.remaining(),
                  tensor,
                  stored.spec().lengthBytes()));
    }
    try {
      file.read(dataStart + stored.firstByte() + firstByte, destination);
    } catch (EOFException e) {
      throw new FormatException("%s was truncated while being read".formatted(name()), e);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read %s: %s".formatted(name(), e.getMessage()), e);
    }
  }

  /**
   * Fills the buffer with all of a tensor's values: the way to load weights into memory that is
   * already there.
   *
   * @throws FormatException if the file is damaged, there is no such tensor, or its length isn't
   *     what remains in the buffer
   */
  public void read(String tensor, ByteBuffer destination) {
    TensorSpec spec = spec(tensor);
    if (destination.remaining() != spec.lengthBytes()) {
      throw new FormatException(
          "%s has tensor %s of type %s and shape %s, %d bytes, where %d are wanted"
              .formatted(
                  name(),
                  tensor,
                  spec.type().code(),
                  spec.shape(),
                  spec.lengthBytes(),
                  destination.remaining()));
    }
    read(tensor, 0, destination);
  }

  /**
   * Reads a tensor of at most 2 GiB into a new direct buffer.
   *
   * @throws FormatException if the file is damaged, or there is no such tensor
   */
  public NamedTensor read(String tensor) {
    TensorSpec spec = spec(tensor);
    ByteBuffer data = ByteBuffer.allocateDirect(Math.toIntExact(spec.lengthBytes()));
    read(tensor, 0, data);
    data.flip().order(ByteOrder.LITTLE_ENDIAN);
    return new NamedTensor(spec.name(), spec.type(), spec.shape(), data);
  }

  private StoredTensor stored(String tensor) {
    StoredTensor stored = byName.get(tensor);
    if (stored == null) {
      throw new FormatException(
          "%s has no tensor %s; it has %d others%s"
              .formatted(
                  name(),
                  tensor,
                  byName.size(),
                  byName.isEmpty() ? "" : ", such as " + byName.keySet().iterator().next()));
    }
    return stored;
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
