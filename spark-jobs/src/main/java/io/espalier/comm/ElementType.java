package io.espalier.comm;

import java.util.Arrays;
import java.util.Optional;

/** What the elements of a {@link Memory} are; values lie in little-endian order. */
public enum ElementType {
  FLOAT32(1, Float.BYTES),
  FLOAT64(2, Double.BYTES),
  /** The upper half of a float32. Sums are taken in float32 and rounded once, to nearest even. */
  BFLOAT16(3, Short.BYTES),
  /** Sums wrap around. */
  INT64(4, Long.BYTES);

  private final int code;
  private final int bytes;

  ElementType(int code, int bytes) {
    this.code = code;
    this.bytes = bytes;
  }

  /** By which it travels in headers. */
  int code() {
    return code;
  }

  static Optional<ElementType> of(int code) {
    return Arrays.stream(values()).filter(type -> type.code == code).findFirst();
  }

  /** Bytes of one element. */
  public int bytes() {
    return bytes;
  }
}
