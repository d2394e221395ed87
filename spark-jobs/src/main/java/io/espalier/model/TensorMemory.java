package io.espalier.model;

import io.espalier.comm.DeviceMemory;
import io.espalier.comm.ElementType;
import io.espalier.comm.HostMemory;
import io.espalier.comm.Memory;
import io.espalier.torch.Precision;
import io.espalier.torch.Tensor;

/** A tensor's native memory as collectives see it: no copy. */
final class TensorMemory {
  private TensorMemory() {}

  /**
   * The memory of a contiguous tensor, which must stay open as long as it is used.
   *
   * @param precision of what is stored in it
   */
  static Memory of(Tensor tensor, Precision precision) {
    return tensor.isOnGpu()
        ? new DeviceMemory(tensor.address(), type(precision), tensor.elements())
        : HostMemory.of(tensor.bytes(), type(precision));
  }

  /** The type of what a precision stores. */
  static ElementType type(Precision precision) {
    return precision == Precision.FLOAT64 ? ElementType.FLOAT64 : ElementType.FLOAT32;
  }
}
