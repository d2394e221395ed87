package io.espalier.merge;

import io.espalier.checkpoint.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.Stream;

/** Memory for one block of every input and of the output, and the merging of it. One thread. */
final class BlockMerger {
  /** Few enough that the values of some experts fit into a core's cache. */
  private static final int BATCH_ELEMENTS = 1024;

  private final MergeMethod method;
  private final double[] weights;
  private final List<ByteBuffer> inputs;
  private final ByteBuffer output;
  private final double[][] experts;
  private final double[] merged = new double[BATCH_ELEMENTS];
  private final FloatCodec codec = new FloatCodec(BATCH_ELEMENTS);

  BlockMerger(MergeMethod method, double[] weights, int blockBytes) {
    this.method = method;
    this.weights = weights.clone();
    this.inputs = Stream.generate(() -> buffer(blockBytes)).limit(weights.length).toList();
    this.output = buffer(blockBytes);
    this.experts = new double[weights.length][BATCH_ELEMENTS];
  }

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The memory that an expert's bytes are to be read into. */
  ByteBuffer input(int expert, int lengthBytes) {
    return inputs.get(expert).clear().limit(lengthBytes);
  }

  /** Merges what was read; the result is valid until the next call. */
  ByteBuffer merge(Block block) {
    TensorType type = block.tensor().type();
    int elements = block.lengthBytes() / type.elementBytes();
    inputs.forEach(ByteBuffer::flip);
    output.clear().limit(block.lengthBytes());
    for (int first = 0; first < elements; first += BATCH_ELEMENTS) {
      int count = Math.min(BATCH_ELEMENTS, elements - first);
      for (int expert = 0; expert < experts.length; expert++) {
        codec.decode(type, inputs.get(expert), first, count, experts[expert]);
      }
      method.merge(experts, weights, count, merged);
      if (type == TensorType.FLOAT64) {
        keepSharedValues(count);
      }
      codec.encode(type, merged, output, first, count);
    }
    return output;
  }

  /** There is no wider type to add up in, so that equal values could come out a bit off. */
  private void keepSharedValues(int count) {
    for (int i = 0; i < count; i++) {
      long bits = Double.doubleToRawLongBits(experts[0][i]);
      boolean shared = true;
      for (int expert = 1; expert < experts.length && shared; expert++) {
        shared = Double.doubleToRawLongBits(experts[expert][i]) == bits;
      }
      if (shared) {
        merged[i] = experts[0][i];
      }
    }
  }
}
