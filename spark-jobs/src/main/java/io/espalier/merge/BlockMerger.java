package io.espalier.merge;

import static java.util.Objects.requireNonNull;

import io.espalier.checkpoint.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Memory for one block of every input and of the output, and the merging of it. One thread. */
final class BlockMerger {
  /** Few enough that the values of some inputs fit into a core's cache. */
  static final int BATCH_ELEMENTS = 1024;

  private final Map<String, TensorRule> rules;
  private final List<ByteBuffer> inputs;
  private final ByteBuffer output;
  private final double[][] values;
  private final double[] merged = new double[BATCH_ELEMENTS];
  private final FloatCodec codec = new FloatCodec(BATCH_ELEMENTS);

  /**
   * @param rules of every tensor, by its name
   */
  BlockMerger(Map<String, TensorRule> rules, int inputs, int blockBytes) {
    this.rules = rules;
    this.inputs = Stream.generate(() -> buffer(blockBytes)).limit(inputs).toList();
    this.output = buffer(blockBytes);
    this.values = new double[inputs][BATCH_ELEMENTS];
  }

  static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The memory that an input's bytes are to be read into. */
  ByteBuffer input(int input, int lengthBytes) {
    return inputs.get(input).clear().limit(lengthBytes);
  }

  /** What was merged last. */
  ByteBuffer output() {
    return output;
  }

  /** Merges what was read. */
  void merge(Block block) {
    TensorType type = block.tensor().type();
    TensorRule rule = requireNonNull(rules.get(block.tensor().name()));
    int elements = block.lengthBytes() / type.elementBytes();
    long firstElement = block.firstByte() / type.elementBytes();
    inputs.forEach(ByteBuffer::flip);
    output.clear().limit(block.lengthBytes());
    for (int first = 0; first < elements; first += BATCH_ELEMENTS) {
      int count = Math.min(BATCH_ELEMENTS, elements - first);
      for (int input = 0; input < values.length; input++) {
        codec.decode(type, inputs.get(input), first, count, values[input]);
      }
      rule.merge(values, firstElement + first, count, merged);
      codec.encode(type, merged, output, first, count);
    }
  }
}
