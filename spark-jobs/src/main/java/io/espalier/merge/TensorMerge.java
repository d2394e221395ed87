package io.espalier.merge;

import io.espalier.checkpoint.SafetensorsReader;
import io.espalier.checkpoint.SafetensorsWriter;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.Stream;

/**
 * Merges block by block, every input read once from beginning to end, for methods that need to know
 * nothing but the element; see the package's description.
 */
final class TensorMerge implements OrderedWork.Work<BlockMerger> {
  private final List<Block> blocks;
  private final List<SafetensorsReader> inputs;
  private final SafetensorsWriter output;
  private final List<Turns> inputTurns;

  TensorMerge(List<Block> blocks, List<SafetensorsReader> inputs, SafetensorsWriter output) {
    this.blocks = List.copyOf(blocks);
    this.inputs = List.copyOf(inputs);
    this.output = output;
    this.inputTurns = Stream.generate(Turns::new).limit(inputs.size()).toList();
  }

  /** Merges every block; throws what the first thread to fail threw. */
  void run(List<BlockMerger> mergers) {
    OrderedWork.run(mergers, blocks.size(), this);
  }

  @Override
  public boolean prepare(BlockMerger merger, int number) throws InterruptedException {
    Block block = blocks.get(number);
    for (int input = 0; input < inputs.size(); input++) {
      if (!inputTurns.get(input).await(number)) {
        return false;
      }
      ByteBuffer bytes = merger.input(input, block.lengthBytes());
      inputs.get(input).read(block.tensor().name(), block.firstByte(), bytes);
      inputTurns.get(input).pass();
    }
    merger.merge(block);
    return true;
  }

  @Override
  public void finish(BlockMerger merger, int number) {
    output.append(merger.output());
  }

  @Override
  public void end() {
    inputTurns.forEach(Turns::end);
  }
}
