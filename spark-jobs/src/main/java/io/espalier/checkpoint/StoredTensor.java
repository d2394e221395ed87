package io.espalier.checkpoint;

/**
 * Where a tensor lies in a safetensors file.
 *
 * @param spec what it is
 * @param firstByte its first byte, counted from the end of the header
 */
public record StoredTensor(TensorSpec spec, long firstByte) {

  /** The first byte behind it, counted from the end of the header. */
  public long endByte() {
    return firstByte + spec.lengthBytes();
  }
}
