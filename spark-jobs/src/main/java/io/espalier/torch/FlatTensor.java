package io.espalier.torch;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * One native buffer in which many tensors lie as a {@link FlatLayout} says, so that one operator,
 * collective or write can take them all; the gaps are zeros. The memory belongs to the scope given
 * at construction. Not thread-safe.
 */
public final class FlatTensor {
  private final TensorScope scope;
  private final Precision precision;
  private final FlatLayout layout;
  private final Tensor whole;
  private final List<Tensor> parts;

  private FlatTensor(
      TensorScope scope, Precision precision, FlatLayout layout, Tensor whole, List<Tensor> parts) {
    this.scope = scope;
    this.precision = precision;
    this.layout = layout;
    this.whole = whole;
    this.parts = List.copyOf(parts);
  }

  /** Zeros for tensors of the given shapes. */
  public static FlatTensor zeros(TensorScope scope, Precision precision, List<List<Long>> shapes) {
    return zeros(scope, precision, FlatLayout.of(precision, shapes));
  }

  /** Zeros for the tensors of a layout. */
  public static FlatTensor zeros(TensorScope scope, Precision precision, FlatLayout layout) {
    Tensor whole = scope.zeros(precision, Math.max(1, layout.elements()));
    return over(scope, precision, whole, layout);
  }

  /** Lays views over a one-dimensional tensor as long as {@link #zeros} makes it. */
  public static FlatTensor over(
      TensorScope scope, Precision precision, Tensor whole, FlatLayout layout) {
    List<Tensor> parts = new ArrayList<>();
    for (int i = 0; i < layout.shapes().size(); i++) {
      parts.add(whole.view(layout.start(i), layout.shapes().get(i)));
    }
    return new FlatTensor(scope, precision, layout, whole, parts);
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
    return elements(layout.start(first), layout.start(last) - layout.start(first));
  }

  /** Elements of the whole buffer: a view as that of {@link #range}. */
  public Tensor elements(long first, long count) {
    return whole.view(first, List.of(count));
  }

  /** Elements of tensor {@code part}: a view as that of {@link #range}. */
  public Tensor elements(int part, long first, long count) {
    return elements(layout.start(part) + first, count);
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
        || last > elements(part)) {
      throw new IllegalArgumentException(
          "%d bytes from element %d on don't fit into a tensor of shape %s with %d bytes an element"
              .formatted(
                  bytes.remaining(),
                  firstElement,
                  layout.shapes().get(part),
                  precision.bytesPerElement()));
    }
    try (Tensor target = elements(part, firstElement, count);
        Tensor source = scope.host(precision, bytes, List.of(count))) {
      target.set(source);
    }
  }

  /** Number of elements of tensor {@code part}. */
  public long elements(int part) {
    return layout.elements(part);
  }
}
