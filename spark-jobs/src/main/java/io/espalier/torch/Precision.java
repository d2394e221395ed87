package io.espalier.torch;

import ai.djl.ndarray.types.DataType;
import java.util.Locale;

/**
 * What numbers a model computes with. Parameters, gradients and optimizer moments are float32 for
 * {@link #FLOAT32} and {@link #BFLOAT16}, float64 for {@link #FLOAT64}.
 */
public enum Precision {
  /** Everything in float32. */
  FLOAT32(DataType.FLOAT32, 6),
  /** Matrix products and attention in bfloat16; the rest, master weights included, in float32. */
  BFLOAT16(DataType.FLOAT32, 15),
  /** Everything in float64: for proofs. */
  FLOAT64(DataType.FLOAT64, 7);

  private final DataType storage;
  private final int computeCode;

  Precision(DataType storage, int computeCode) {
    this.storage = storage;
    this.computeCode = computeCode;
  }

  DataType storage() {
    return storage;
  }

  /** Bytes of one stored parameter, gradient or moment. */
  public int bytesPerElement() {
    return storage.getNumOfBytes();
  }

  /** Bytes of one element of what matrix products take. */
  public int computeBytesPerElement() {
    return this == BFLOAT16 ? 2 : bytesPerElement();
  }

  /** PyTorch's number of the type that matrix products run in; scripts compare and cast with it. */
  public int computeCode() {
    return computeCode;
  }

  /** PyTorch's number of the type that parameters are stored in. */
  public int storageCode() {
    return this == FLOAT64 ? 7 : 6;
  }

  /** The name in configuration files: {@code float32}, {@code bfloat16} or {@code float64}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
