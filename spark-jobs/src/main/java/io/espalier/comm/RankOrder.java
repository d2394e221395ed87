package io.espalier.comm;

import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.Map;

/** Reduces the ranks' elements in rank order, a block at a time. For one thread. */
final class RankOrder {
  private final Map<ElementType, BlockSum> blocks = new EnumMap<>(ElementType.class);

  /**
   * Reduces from the first byte of each buffer on; positions and limits don't matter.
   *
   * @param call its type and reduction
   * @param inputs of each rank, in rank order
   * @param elements how many of each input
   * @param outputs each receives the result; may be inputs
   */
  void reduce(Call call, ByteBuffer[] inputs, int elements, ByteBuffer... outputs) {
    BlockSum block = blocks.computeIfAbsent(call.type(), BlockSum::of);
    int width = call.type().bytes();
    for (int first = 0; first < elements; first += BlockSum.ELEMENTS) {
      int count = Math.min(BlockSum.ELEMENTS, elements - first);
      reduceBlock(block, call.kind().reduction(), inputs, first * width, count);
      for (ByteBuffer output : outputs) {
        block.store(output, first * width, count);
      }
    }
  }

  private static void reduceBlock(
      BlockSum block, Reduction reduction, ByteBuffer[] inputs, int offsetBytes, int count) {
    block.load(inputs[0], offsetBytes, count);
    for (int rank = 1; rank < inputs.length; rank++) {
      if (reduction == Reduction.SUM) {
        block.add(inputs[rank], offsetBytes, count);
      } else {
        block.max(inputs[rank], offsetBytes, count);
      }
    }
  }
}
