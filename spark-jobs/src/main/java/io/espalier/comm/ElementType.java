package io.espalier.comm;

/** What the elements of a {@link Memory} are; values lie in little-endian order. */
public enum ElementType {
  FLOAT32(Float.BYTES),
  FLOAT64(Double.BYTES),
  /** The upper half of a float32. Sums are taken in float32 and rounded once, to nearest even. */
  BFLOAT16(Short.BYTES),
  /** Sums wrap around. */
  INT64(Long.BYTES);

  private final int bytes;

  ElementType(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes of one element. */
  public int bytes() {
    return bytes;
  }
}
