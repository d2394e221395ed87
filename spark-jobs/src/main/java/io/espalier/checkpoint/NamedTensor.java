package io.espalier.checkpoint;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * A tensor in memory.
 *
 * @param name its name in the file
 * @param type the type of its elements
 * @param shape its dimensions, outermost first
 * @param data its values, little-endian, row by row, between position and limit; never changed by
 *     who receives it. Tensors beyond 2 GiB don't fit into one buffer: {@link SafetensorsReader}
 *     and {@link SafetensorsWriter} take them in chunks
 */
public record NamedTensor(String name, TensorType type, List<Long> shape, ByteBuffer data) {
  public NamedTensor {
    shape = List.copyOf(shape);
    long bytes = TensorSpec.lengthBytes(type, shape);
    if (data.remaining() != bytes) {
      throw new IllegalArgumentException(
          "tensor %s of type %s and shape %s has %d bytes, but its data has %d"
              .formatted(name, type.code(), shape, bytes, data.remaining()));
    }
  }

  /** What this tensor is, without its values. */
  public TensorSpec spec() {
    return new TensorSpec(name, type, shape);
  }
}
