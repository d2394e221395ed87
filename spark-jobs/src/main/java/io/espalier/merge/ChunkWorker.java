package io.espalier.merge;

import io.espalier.checkpoint.SafetensorsReader;
import io.espalier.checkpoint.TensorSpec;
import io.espalier.checkpoint.TensorType;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What one thread needs to go through chunks of a tensor: readers of its own, memory for a block of
 * every input, and for a chunk of the output. One thread at a time.
 */
final class ChunkWorker {
  /** Divides tensors the same way whatever the memory, because sums are added up chunk by chunk. */
  static final int CHUNK_ELEMENTS = 1 << 18;

  private static final int BATCH_ELEMENTS = BlockMerger.BATCH_ELEMENTS;

  private final List<SafetensorsReader> inputs;
  private final List<ByteBuffer> blocks;
  private final double[][] values;
  private final double[] merged = new double[BATCH_ELEMENTS];
  private final FloatCodec codec = new FloatCodec(BATCH_ELEMENTS);
  private ByteBuffer output = BlockMerger.buffer(0);
  private @Nullable Statistics part;

  /** Takes part in a pass over a chunk. */
  private interface Batch {
    void accept(double[][] values, long firstElement, int elements);
  }

  ChunkWorker(List<SafetensorsReader> inputs, int blockBytes) {
    this.inputs = inputs.stream().map(SafetensorsReader::fork).toList();
    int bytes = Math.max(blockBytes, BATCH_ELEMENTS * Double.BYTES);
    this.blocks = Stream.generate(() -> BlockMerger.buffer(bytes)).limit(inputs.size()).toList();
    this.values = new double[inputs.size()][BATCH_ELEMENTS];
  }

  static int chunks(TensorSpec tensor) {
    return Math.toIntExact((tensor.elements() + CHUNK_ELEMENTS - 1) / CHUNK_ELEMENTS);
  }

  private static int elements(TensorSpec tensor, int chunk) {
    return (int) Math.min(CHUNK_ELEMENTS, tensor.elements() - (long) chunk * CHUNK_ELEMENTS);
  }

  /** Reads a chunk of every input to its place in memory that has room for the whole tensor. */
  void load(TensorSpec tensor, int chunk, List<ByteBuffer> whole) {
    int element = tensor.type().elementBytes();
    int first = chunk * CHUNK_ELEMENTS * element;
    int bytes = elements(tensor, chunk) * element;
    for (int input = 0; input < inputs.size(); input++) {
      inputs.get(input).read(tensor.name(), first, whole.get(input).slice(first, bytes));
    }
  }

  /**
   * Gathers statistics of a chunk.
   *
   * @param whole the tensor, if it is in memory
   */
  void gather(TensorSpec tensor, int chunk, Optional<List<ByteBuffer>> whole, Statistics kind) {
    Statistics mine = part == null ? kind.empty() : part;
    part = mine;
    eachBatch(tensor, chunk, whole, (batch, first, elements) -> mine.add(batch, elements));
  }

  /** Hands over what was gathered of a chunk. */
  void drainInto(Statistics all) {
    if (part != null) {
      all.drain(part);
    }
  }

  /** Forgets the statistics of the last pass. */
  void endPass() {
    part = null;
  }

  /** Merges a chunk. */
  void merge(TensorSpec tensor, int chunk, Optional<List<ByteBuffer>> whole, TensorRule rule) {
    TensorType type = tensor.type();
    int bytes = elements(tensor, chunk) * type.elementBytes();
    if (output.capacity() < bytes) {
      output = BlockMerger.buffer(bytes);
    }
    output.clear().limit(bytes);
    long start = (long) chunk * CHUNK_ELEMENTS;
    eachBatch(
        tensor,
        chunk,
        whole,
        (batch, first, elements) -> {
          rule.merge(batch, first, elements, merged);
          codec.encode(type, merged, output, (int) (first - start), elements);
        });
  }

  /** What was merged last. */
  ByteBuffer output() {
    return output;
  }

  private void eachBatch(
      TensorSpec tensor, int chunk, Optional<List<ByteBuffer>> whole, Batch batch) {
    int elements = elements(tensor, chunk);
    long first = (long) chunk * CHUNK_ELEMENTS;
    if (whole.isPresent()) {
      decode(tensor.type(), whole.get(), (int) first, elements, first, batch);
      return;
    }
    int element = tensor.type().elementBytes();
    int most = blocks.get(0).capacity() / element / BATCH_ELEMENTS * BATCH_ELEMENTS;
    for (int done = 0; done < elements; done += most) {
      int count = Math.min(most, elements - done);
      for (int input = 0; input < inputs.size(); input++) {
        ByteBuffer bytes = blocks.get(input).clear().limit(count * element);
        inputs.get(input).read(tensor.name(), (first + done) * element, bytes);
        bytes.flip();
      }
      decode(tensor.type(), blocks, 0, count, first + done, batch);
    }
  }

  private void decode(
      TensorType type,
      List<ByteBuffer> bytes,
      int offset,
      int elements,
      long firstElement,
      Batch batch) {
    for (int done = 0; done < elements; done += BATCH_ELEMENTS) {
      int count = Math.min(BATCH_ELEMENTS, elements - done);
      for (int input = 0; input < values.length; input++) {
        codec.decode(type, bytes.get(input), offset + done, count, values[input]);
      }
      batch.accept(values, firstElement + done, count);
    }
  }
}
