package io.espalier.checkpoint;

import java.util.List;

/**
 * What a tensor is, without its values.
 *
 * @param name its name in the file, such as {@code transformer.h.0.attn.c_attn.weight}
 * @param type the type of its elements
 * @param shape its dimensions, outermost first; empty for a scalar
 */
public record TensorSpec(String name, TensorType type, List<Long> shape) {
  public TensorSpec {
    shape = List.copyOf(shape);
    lengthBytes(type, shape); // A size beyond 63 bits is refused here, so it can be trusted later.
  }

  /** The number of elements: the product of the dimensions, 1 for a scalar. */
  public long elements() {
    return lengthBytes() / type.elementBytes();
  }

  /** The number of bytes of its values. */
  public long lengthBytes() {
    return lengthBytes(type, shape);
  }

  /**
   * Bytes of a tensor of this type and shape.
   *
   * @throws IllegalArgumentException for a negative dimension or a size beyond 63 bits
   */
  static long lengthBytes(TensorType type, List<Long> shape) {
    long bytes = type.elementBytes();
    for (long dimension : shape) {
      if (dimension < 0) {
        throw new IllegalArgumentException("shape %s has a negative dimension".formatted(shape));
      }
      try {
        bytes = Math.multiplyExact(bytes, dimension);
      } catch (ArithmeticException e) {
        throw new IllegalArgumentException(
            "shape %s of %s has more bytes than 63 bits can count".formatted(shape, type.code()),
            e);
      }
    }
    return bytes;
  }
}
