package io.espalier.comm;

/**
 * Where the elements of a collective lie: a view that owns nothing. Whoever owns the memory keeps
 * it alive, and unchanged by others, while a call runs.
 */
public sealed interface Memory permits HostMemory, DeviceMemory {
  /** What each element is. */
  ElementType type();

  /** How many elements there are; may be 0. */
  long elements();

  /**
   * A part of this memory, which shares its bytes.
   *
   * @param first first element
   * @param count how many elements
   * @throws IndexOutOfBoundsException if the part isn't within this memory
   */
  Memory slice(long first, long count);

  /** How many bytes there are. */
  default long bytes() {
    return elements() * type().bytes();
  }
}
