package io.espalier.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Owns the native memory of the tensors made in it, such as those of one training step, and frees
 * what is left of it when closed. Not thread-safe.
 */
public final class TensorScope implements AutoCloseable {
  private final NDManager manager;
  private final NDManager host;
  private final ComputeDevice device;
  private final NDArray methodName;
  private final Peak peak;

  /** The most bytes seen in children of a scope; none are looked for at first. */
  private static final class Peak {
    private final TensorScope of;
    private boolean wanted;
    private long bytes;

    Peak(TensorScope of) {
      this.of = of;
    }
  }

  private TensorScope(NDManager manager, ComputeDevice device, @Nullable Peak parent) {
    this.manager = manager;
    this.peak = parent == null ? new Peak(this) : parent;
    this.host = device.isCuda() ? manager.newSubManager(ComputeDevice.CPU.toDjl()) : manager;
    this.device = device;
    this.methodName = manager.create(0f);
  }

  /** A scope that lives until it is closed. */
  public static TensorScope open(ComputeDevice device) {
    TorchRuntime.engine();
    return new TensorScope(
        NDManager.newBaseManager(device.toDjl(), TorchRuntime.ENGINE), device, null);
  }

  /** A scope for less than this one's life; closed with this one at the latest. */
  public TensorScope child() {
    return new TensorScope(manager.newSubManager(), device, peak);
  }

  /** Where this scope's tensors live. */
  public ComputeDevice device() {
    return device;
  }

  /**
   * How many tensors this scope itself keeps alive: a number that must not grow from step to step.
   */
  public int liveTensors() {
    return manager.getManagedArrays().size();
  }

  /**
   * Bytes of native memory that this scope's tensors hold, views of one memory counted once. A view
   * that spreads over its memory counts with its own elements.
   */
  public long liveBytes() {
    List<Extent> extents =
        manager.getManagedArrays().stream()
            .map(Extent::of)
            .sorted(Comparator.comparing(Extent::first).thenComparing(e -> -e.last()))
            .toList();
    long bytes = 0;
    long end = 0;
    for (Extent extent : extents) {
      if (extent.last() > end) { // Otherwise it lies within one that begins before it.
        bytes += extent.last() - extent.first();
        end = extent.last();
      }
    }
    return bytes;
  }

  /** Where the elements of a tensor would lie side by side. */
  private record Extent(long first, long last) {
    static Extent of(NDArray array) {
      long first = NativeAddress.of(new Tensor(array));
      return new Extent(first, first + array.getShape().size() * bytesPerElement(array));
    }

    /** What DJL doesn't know here is bfloat16. */
    private static int bytesPerElement(NDArray array) {
      return array.getDataType() == DataType.UNKNOWN ? 2 : array.getDataType().getNumOfBytes();
    }
  }

  /**
   * From now on, {@link #peakBytes} follows the memory of this scope's children. That costs time:
   * for measurements.
   */
  public void measurePeak() {
    peak.wanted = true;
  }

  /** The most bytes that a child of this scope held when a script's function had returned. */
  public long peakBytes() {
    return peak.bytes;
  }

  /** A script's function has returned, with results in this scope. */
  void called() {
    if (peak.wanted && peak.of != this) {
      peak.bytes = Math.max(peak.bytes, liveBytes());
    }
  }

  /** Zeros, stored as the precision says. */
  public Tensor zeros(Precision precision, long... shape) {
    return new Tensor(manager.zeros(new Shape(shape), precision.storage()));
  }

  /** One float32 number. */
  public Tensor number(float value) {
    return new Tensor(manager.create(value));
  }

  /**
   * Whole numbers from a direct buffer in the machine's byte order. On the CPU the tensor is a
   * window on the buffer, which must not change while the tensor lives; on a GPU a copy.
   */
  public Tensor wholeNumbers(ByteBuffer direct, long... shape) {
    return new Tensor(manager.create(direct, new Shape(shape), DataType.INT64));
  }

  /** Float64 numbers that stay on the CPU, whatever the scope's device: settings of an operator. */
  public Tensor settings(double... values) {
    return new Tensor(host.create(values));
  }

  /**
   * Bytes (little-endian, any buffer) as a tensor on the CPU: a window if they are direct, or a
   * copy.
   */
  Tensor host(Precision precision, ByteBuffer bytes, List<Long> shape) {
    ByteBuffer direct = bytes.isDirect() ? bytes.slice() : copyOf(bytes);
    Shape lengths = new Shape(shape.stream().mapToLong(Long::longValue).toArray());
    return new Tensor(host.create(direct, lengths, precision.storage()));
  }

  private static ByteBuffer copyOf(ByteBuffer bytes) {
    return ByteBuffer.allocateDirect(bytes.remaining()).put(bytes.duplicate()).flip();
  }

  /** An array of this scope that carries the name of the method to call. */
  NDArray methodName(String method) {
    methodName.setName("module_method:" + method);
    return methodName;
  }

  @Override
  public void close() {
    manager.close();
  }
}
