package io.espalier.torch;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * One native buffer in which many tensors lie one behind the other, so that one operator,
 * collective or write can take them all.
 *
 * <p>Every tensor starts at a multiple of 64 bytes, so that vector code takes the same path for it
 * (and gives the same bits) wherever it lies; the gaps are zeros. The memory belongs to the scope
 * given at construction. Not thread-safe.
 */
public final class FlatTensor {
  private static final int ALIGNMENT_BYTES = 64;

  private final TensorScope scope;
  private final Precision precision;
  private final Tensor whole;
  private final List<Tensor> parts;
  private final List<List<Long>> shapes;

  private FlatTensor(
      TensorScope scope,
      Precision precision,
      Tensor whole,
      List<Tensor> parts,
      List<List<Long>> shapes) {
    this.scope = scope;
    this.precision = precision;
    this.whole = whole;
    this.parts = List.copyOf(parts);
    this.shapes = List.copyOf(shapes);
  }

  /** Zeros for tensors of the given shapes. */
  public static FlatTensor zeros(TensorScope scope, Precision precision, List<List<Long>> shapes) {
    Tensor whole = scope.zeros(precision, Math.max(1, elements(precision, shapes)));
    return over(scope, precision, whole, shapes);
  }

  /**
   * Lays views of the given shapes over a one-dimensional tensor as long as {@link #zeros} makes
   * it.
   */
  public static FlatTensor over(
      TensorScope scope, Precision precision, Tensor whole, List<List<Long>> shapes) {
    List<Tensor> parts = new ArrayList<>();
    long first = 0;
    for (List<Long> shape : shapes) {
      parts.add(whole.view(first, shape));
      first += padded(precision, shape);
    }
    return new FlatTensor(scope, precision, whole, parts, shapes);
  }

  /** The whole buffer, gaps included: one dimension. */
  public Tensor whole() {
    return whole;
  }

  /** The tensors, in the order of the shapes: views of the buffer. */
  public List<Tensor> parts() {
    return parts;
  }

  /**
   * Tensors {@code [first, last)} with the gaps between them: a one-dimensional view, which belongs
   * to this tensor's scope until it is closed.
   */
  public Tensor range(int first, int last) {
    long from = elements(precision, shapes.subList(0, first));
    return whole.view(from, List.of(elements(precision, shapes.subList(first, last))));
  }

  /** Bytes of tensor {@code part}, little-endian: a live window on the CPU, a copy on a GPU. */
  public ByteBuffer bytes(int part) {
    return parts.get(part).bytes();
  }

  /**
   * Overwrites elements of tensor {@code part}, on whichever device it lies.
   *
   * @param firstElement row-major index of the first element to overwrite
   * @param bytes little-endian, from position to limit; the position stays
   */
  public void set(int part, long firstElement, ByteBuffer bytes) {
    long count = bytes.remaining() / precision.bytesPerElement();
    long last = firstElement + count;
    if (count * precision.bytesPerElement() != bytes.remaining()
        || firstElement < 0
        || last > product(shapes.get(part))) {
      throw new IllegalArgumentException(
          "%d bytes from element %d on don't fit into a tensor of shape %s with %d bytes an element"
              .formatted(
                  bytes.remaining(), firstElement, shapes.get(part), precision.bytesPerElement()));
    }
    long start = elements(precision, shapes.subList(0, part)) + firstElement;
    List<Long> shape = List.of(count);
    try (Tensor target = whole.view(start, shape);
        Tensor source = scope.host(precision, bytes, shape)) {
      target.set(source);
    }
  }

  /** Number of elements of tensor {@code part}. */
  public long elements(int part) {
    return product(shapes.get(part));
  }

  /** Elements of a buffer for tensors of the given shapes, gaps included. */
  public static long elements(Precision precision, List<List<Long>> shapes) {
    return shapes.stream().mapToLong(s -> padded(precision, s)).sum();
  }

  private static long padded(Precision precision, List<Long> shape) {
    long unit = ALIGNMENT_BYTES / precision.bytesPerElement();
    return (product(shape) + unit - 1) / unit * unit;
  }

  private static long product(List<Long> shape) {
    return shape.stream().reduce(1L, Math::multiplyExact);
  }
}
