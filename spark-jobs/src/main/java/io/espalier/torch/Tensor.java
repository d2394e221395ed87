package io.espalier.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDArray;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.LongStream;

/**
 * A native array. Holds native memory until it or its {@link TensorScope} is closed; using it
 * afterwards is a bug. Arithmetic happens in a {@link ScriptModule} only. Not thread-safe.
 */
public final class Tensor implements AutoCloseable {
  private final PtNDArray array;

  Tensor(NDArray array) {
    this.array = (PtNDArray) array;
  }

  PtNDArray array() {
    return array;
  }

  /** Lengths of the dimensions; empty for a scalar. */
  public List<Long> shape() {
    return LongStream.of(array.getShape().getShape()).boxed().toList();
  }

  /** Number of elements. */
  public long elements() {
    return array.getShape().size();
  }

  /** Whether it lies in the memory of a GPU. */
  public boolean isOnGpu() {
    return array.getDevice().isGpu();
  }

  /** The address of its first element on its device; valid while the tensor is open. */
  public long address() {
    return NativeAddress.of(this);
  }

  /** The number of a scalar or of a tensor with one element, as float64. */
  public double item() {
    return array.getDataType() == DataType.FLOAT64
        ? array.toDoubleArray()[0]
        : array.toFloatArray()[0];
  }

  /** The numbers of a float32 or float64 tensor as float32, in row-major order: a copy. */
  public float[] toFloats() {
    if (array.getDataType() != DataType.FLOAT64) {
      return array.toFloatArray();
    }
    double[] wide = array.toDoubleArray();
    float[] narrow = new float[wide.length];
    for (int i = 0; i < wide.length; i++) {
      narrow[i] = (float) wide[i];
    }
    return narrow;
  }

  /**
   * The bytes of a contiguous tensor, little-endian. On the CPU a live window on the native memory,
   * which dies with the tensor; on a GPU a copy.
   */
  public ByteBuffer bytes() {
    if (array.getShape().size() * array.getDataType().getNumOfBytes() > Integer.MAX_VALUE) {
      throw new IllegalStateException(
          "A tensor of shape %s has more than the 2 GB that one ByteBuffer can hold"
              .formatted(shape()));
    }
    return array.toByteBuffer(!array.getDevice().isGpu()).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The numbers from {@code first} of a one-dimensional tensor as a view of the given shape. */
  Tensor view(long first, List<Long> shape) {
    long[] lengths = shape.stream().mapToLong(Long::longValue).toArray();
    long elements = LongStream.of(lengths).reduce(1, Math::multiplyExact);
    try (NDArray slice = array.get("{}:{}", first, first + elements)) {
      return new Tensor(slice.reshape(lengths));
    }
  }

  /** Copies another tensor of the same shape into this one's memory, from whichever device. */
  void set(Tensor source) {
    array.set(new NDIndex("..."), source.array);
  }

  @Override
  public void close() {
    array.close();
  }
}
