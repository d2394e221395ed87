package io.espalier.torch;

import ai.djl.pytorch.jni.LibUtils;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import java.nio.file.Path;

/**
 * Where a tensor's numbers lie, for libraries that take raw addresses (NCCL). DJL doesn't say it;
 * libtorch's stable C interface does. Thread-safe.
 */
final class NativeAddress {
  private NativeAddress() {}

  /** The library that DJL has loaded: opening it again gives the same one. */
  private static final class Library {
    static final NativeLibrary TORCH =
        NativeLibrary.getInstance(
            Path.of(LibUtils.getLibtorchPath(), System.mapLibraryName("torch_cpu")).toString());
  }

  /** The address of the first element, on the device where the tensor lies. */
  static long of(Tensor tensor) {
    PointerByReference address = new PointerByReference();
    int failure =
        Library.TORCH
            .getFunction("aoti_torch_get_data_ptr")
            .invokeInt(new Object[] {new Pointer(tensor.array().getHandle()), address});
    if (failure != 0) {
      throw new IllegalStateException("libtorch doesn't give the address of a tensor: " + failure);
    }
    return Pointer.nativeValue(address.getValue());
  }
}
