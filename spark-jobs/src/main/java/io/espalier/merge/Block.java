package io.espalier.merge;

import io.espalier.checkpoint.StoredTensor;
import io.espalier.checkpoint.TensorSpec;
import java.util.ArrayList;
import java.util.List;

/**
 * A part of a tensor that is merged at once.
 *
 * @param tensor the tensor
 * @param firstByte its first byte, counted from the tensor's beginning
 * @param lengthBytes its length
 */
record Block(TensorSpec tensor, long firstByte, int lengthBytes) {

  /**
   * Divides tensors into blocks of whole elements. They end at multiples of the block's length in
   * the file, so that the pieces which are checked one by one are read whole.
   *
   * @param dataStart where the first tensor begins in the file
   */
  static List<Block> divide(List<StoredTensor> tensors, long dataStart, int blockBytes) {
    List<Block> blocks = new ArrayList<>();
    for (StoredTensor stored : tensors) {
      TensorSpec tensor = stored.spec();
      long length = tensor.lengthBytes();
      int element = tensor.type().elementBytes();
      for (long first = 0; first < length; ) {
        long position = dataStart + stored.firstByte() + first;
        long toBoundary = blockBytes - position % blockBytes;
        long whole = Math.max(element, toBoundary - toBoundary % element);
        int bytes = (int) Math.min(whole, length - first);
        blocks.add(new Block(tensor, first, bytes));
        first += bytes;
      }
    }
    return blocks;
  }
}
