package io.espalier.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Owns the native memory of the tensors made in it, such as those of one training step, and frees
 * what is left of it when closed. Not thread-safe.
 */
public final class TensorScope implements AutoCloseable {
  private final NDManager manager;
  private final NDManager host;
  private final ComputeDevice device;
  private final NDArray methodName;

  private TensorScope(NDManager manager, ComputeDevice device) {
    this.manager = manager;
    this.host = device.isCuda() ? manager.newSubManager(ComputeDevice.CPU.toDjl()) : manager;
    this.device = device;
    this.methodName = manager.create(0f);
  }

  /** A scope that lives until it is closed. */
  public static TensorScope open(ComputeDevice device) {
    TorchRuntime.engine();
    return new TensorScope(NDManager.newBaseManager(device.toDjl(), TorchRuntime.ENGINE), device);
  }

  /** A scope for less than this one's life; closed with this one at the latest. */
  public TensorScope child() {
    return new TensorScope(manager.newSubManager(), device);
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
