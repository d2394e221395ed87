package io.espalier.merge;

import io.espalier.checkpoint.SafetensorsReader;
import io.espalier.checkpoint.SafetensorsWriter;
import io.espalier.checkpoint.TensorSpec;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Merges tensor by tensor, for methods that must know something of a whole tensor first: passes for
 * statistics, then the pass that merges. A tensor of which all inputs fit into the given memory is
 * read once and kept meanwhile; a larger one is read again in every pass, mostly from the system's
 * cache of files.
 */
final class StatisticsMerge {
  private final SafetensorsWriter output;
  private final List<ChunkWorker> workers;
  private final int inputs;
  private final long keptBytes;
  private List<ByteBuffer> memory = List.of();

  /**
   * @param keptBytes of all inputs of a tensor together
   * @param blockBytes memory of a thread for one input of a larger tensor
   */
  StatisticsMerge(
      List<SafetensorsReader> inputs,
      SafetensorsWriter output,
      int threads,
      int blockBytes,
      long keptBytes) {
    this.output = output;
    this.inputs = inputs.size();
    this.keptBytes = keptBytes;
    this.workers =
        IntStream.range(0, threads).mapToObj(i -> new ChunkWorker(inputs, blockBytes)).toList();
  }

  /** Merges tensors, which are appended to the output in this order. */
  void run(List<TensorSpec> tensors, Function<TensorSpec, TensorRule> rules) {
    long largest =
        tensors.stream().mapToLong(TensorSpec::lengthBytes).filter(this::fits).max().orElse(0);
    memory = Stream.generate(() -> BlockMerger.buffer((int) largest)).limit(inputs).toList();
    tensors.forEach(tensor -> merge(tensor, rules.apply(tensor)));
  }

  private boolean fits(long lengthBytes) {
    return lengthBytes <= keptBytes / inputs;
  }

  private void merge(TensorSpec tensor, TensorRule rule) {
    Optional<List<ByteBuffer>> whole = kept(tensor);
    for (Optional<Statistics> pass = rule.next(); pass.isPresent(); pass = rule.next()) {
      Statistics all = pass.get();
      eachChunk(
          tensor,
          (worker, chunk) -> worker.gather(tensor, chunk, whole, all),
          worker -> worker.drainInto(all));
      workers.forEach(ChunkWorker::endPass);
    }
    eachChunk(
        tensor,
        (worker, chunk) -> worker.merge(tensor, chunk, whole, rule),
        worker -> output.append(worker.output()));
  }

  private Optional<List<ByteBuffer>> kept(TensorSpec tensor) {
    if (!fits(tensor.lengthBytes())) {
      return Optional.empty();
    }
    eachChunk(tensor, (worker, chunk) -> worker.load(tensor, chunk, memory), worker -> {});
    return Optional.of(memory);
  }

  private void eachChunk(
      TensorSpec tensor,
      BiConsumer<ChunkWorker, Integer> prepare,
      java.util.function.Consumer<ChunkWorker> finish) {
    OrderedWork.run(
        workers,
        ChunkWorker.chunks(tensor),
        new OrderedWork.Work<ChunkWorker>() {
          @Override
          public boolean prepare(ChunkWorker worker, int chunk) {
            prepare.accept(worker, chunk);
            return true;
          }

          @Override
          public void finish(ChunkWorker worker, int chunk) {
            finish.accept(worker);
          }
        });
  }
}
