package io.espalier.comm;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;

/** Elements in a direct buffer of the host. Thread-safe as a view; the elements aren't. */
public final class HostMemory implements Memory {
  private final ByteBuffer buffer;
  private final ElementType type;

  private HostMemory(ByteBuffer buffer, ElementType type) {
    this.buffer = buffer;
    this.type = type;
  }

  /**
   * The bytes of a buffer from its position to its limit, in little-endian order whatever order the
   * buffer is set to. The buffer's position and limit stay as they are and may change later.
   *
   * @param buffer direct, because sockets would copy any other one more time
   * @param type what the elements are
   * @throws IllegalArgumentException if the buffer isn't direct, is read-only, or ends within an
   *     element
   */
  public static HostMemory of(ByteBuffer buffer, ElementType type) {
    if (!buffer.isDirect() || buffer.isReadOnly()) {
      throw new IllegalArgumentException("The buffer must be direct and writable: " + buffer);
    }
    if (buffer.remaining() % type.bytes() != 0) {
      throw new IllegalArgumentException(
          "%d bytes are no whole number of %s".formatted(buffer.remaining(), type));
    }
    return new HostMemory(buffer.slice().order(ByteOrder.LITTLE_ENDIAN), type);
  }

  /** New memory, all zero. */
  public static HostMemory allocate(ElementType type, int elements) {
    return of(ByteBuffer.allocateDirect(Math.multiplyExact(elements, type.bytes())), type);
  }

  @Override
  public ElementType type() {
    return type;
  }

  @Override
  public long elements() {
    return buffer.capacity() / type.bytes();
  }

  @Override
  public HostMemory slice(long first, long count) {
    Objects.checkFromIndexSize(first, count, elements());
    int bytes = type.bytes();
    ByteBuffer part = buffer.slice((int) (first * bytes), (int) (count * bytes));
    return new HostMemory(part.order(ByteOrder.LITTLE_ENDIAN), type);
  }

  /** The elements as a little-endian buffer of its own position, which shares the bytes. */
  public ByteBuffer buffer() {
    return buffer.duplicate().order(ByteOrder.LITTLE_ENDIAN);
  }
}
