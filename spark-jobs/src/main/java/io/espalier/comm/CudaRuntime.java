package io.espalier.comm;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import io.espalier.config.ConfigException;
import org.jspecify.annotations.Nullable;

/** The functions of the CUDA runtime that are called, under their own names. Thread-safe. */
interface CudaRuntime extends Library {
  int SUCCESS = 0;
  int NOT_READY = 600;

  /** The one that the process has loaded with PyTorch, or the system's. */
  String LIBRARY = "libcudart.so.12";

  static CudaRuntime load() {
    try {
      return Native.load(LIBRARY, CudaRuntime.class);
    } catch (UnsatisfiedLinkError e) {
      throw new ConfigException(
          "backend is nccl but %s can't be loaded; the CUDA 12 runtime on LD_LIBRARY_PATH, or backend tcp, would work"
              .formatted(LIBRARY),
          e);
    }
  }

  int cudaSetDevice(int device);

  int cudaStreamQuery(@Nullable Pointer stream);

  String cudaGetErrorString(int error);
}
