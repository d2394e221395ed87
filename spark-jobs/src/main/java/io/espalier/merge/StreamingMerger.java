package io.espalier.merge;

import io.espalier.checkpoint.Checkpoint;
import io.espalier.checkpoint.CheckpointFiles;
import io.espalier.checkpoint.CheckpointWriter;
import io.espalier.checkpoint.FileEntry;
import io.espalier.checkpoint.ParentCheckpoint;
import io.espalier.checkpoint.Provenance;
import io.espalier.checkpoint.SafetensorsReader;
import io.espalier.checkpoint.SafetensorsWriter;
import io.espalier.checkpoint.StoredTensor;
import io.espalier.checkpoint.TensorSpec;
import io.espalier.config.ConfigException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Merges checkpoints of any size and number: every input is read and checked once, from beginning
 * to end, a block at a time. Memory is at most {@value #BUFFER_BYTES} bytes of blocks, plus one
 * checked piece (256 KiB) per input. The same bytes come out for any number of threads, size of
 * blocks and order of experts. Thread-safe.
 */
public final class StreamingMerger {
  /** Bytes of all blocks together. */
  static final int BUFFER_BYTES = 256 << 20;

  /** A block of more bytes isn't read faster, and leaves the cores' caches. */
  private static final int BLOCK_BYTES = 1 << 20;

  private static final int SMALLEST_BLOCK_BYTES = 4096;
  private static final double SUM_TOLERANCE = 1e-6;

  /** What makes the merged weights a folder that transformers opens; the optimizer stays behind. */
  private static final List<String> COPIED =
      List.of(
          CheckpointFiles.CONFIG,
          CheckpointFiles.GENERATION_CONFIG,
          CheckpointFiles.TOKENIZER,
          CheckpointFiles.TOKENIZER_CONFIG);

  private StreamingMerger() {}

  /**
   * Merges the experts' weights and commits them, with the experts as parents in the provenance.
   *
   * @param experts at least one, with weights that sum to 1
   * @param into a new writer; nothing is committed if this method fails, and the caller closes it
   * @param provenance where the result comes from; its parents are replaced by the experts
   * @param threads how many threads read, check and compute
   * @throws ConfigException if the experts don't have the same tensors, configuration, tokenizer
   * @throws io.espalier.config.FormatException if an expert is damaged, naming it
   */
  public static Checkpoint merge(
      List<WeightedExpert> experts,
      MergeMethod method,
      CheckpointWriter into,
      Provenance provenance,
      int threads) {
    return merge(experts, method, into, provenance, threads, blockBytes(experts.size(), threads));
  }

  /** The same with blocks of a given size, so that tests can show that it makes no difference. */
  static Checkpoint merge(
      List<WeightedExpert> experts,
      MergeMethod method,
      CheckpointWriter into,
      Provenance provenance,
      int threads,
      int blockBytes) {
    checkWeights(experts);
    ExpertAgreement.checkFiles(experts);
    mergeTensors(CheckpointFiles.MODEL, experts, method, into, threads, blockBytes);
    Checkpoint first = experts.get(0).checkpoint();
    COPIED.stream().filter(first::has).forEach(file -> into.bytes(file, first.bytes(file)));
    return into.commit(
        provenance.withParents(experts.stream().map(WeightedExpert::asParent).toList()));
  }

  /**
   * Averages the experts' weights, and their optimizer's moments where all have them and it is
   * asked for, so that a training can go on from there. Writes, and leaves the commit to the
   * caller.
   *
   * @param into a new writer that the caller adds to, commits and closes
   * @return parents for the provenance
   * @throws ConfigException if the experts don't have the same tensors, configuration, tokenizer
   */
  public static List<ParentCheckpoint> average(
      List<WeightedExpert> experts, boolean moments, CheckpointWriter into, int threads) {
    checkWeights(experts);
    ExpertAgreement.checkFiles(experts);
    int blockBytes = blockBytes(experts.size(), threads);
    MergeMethod linear = new LinearMerge();
    mergeTensors(CheckpointFiles.MODEL, experts, linear, into, threads, blockBytes);
    if (moments) {
      mergeTensors(CheckpointFiles.OPTIMIZER, experts, linear, into, threads, blockBytes);
    }
    Checkpoint first = experts.get(0).checkpoint();
    COPIED.stream().filter(first::has).forEach(file -> into.bytes(file, first.bytes(file)));
    return experts.stream().map(WeightedExpert::asParent).toList();
  }

  private static void mergeTensors(
      String file,
      List<WeightedExpert> experts,
      MergeMethod method,
      CheckpointWriter into,
      int threads,
      int blockBytes) {
    List<SafetensorsReader> inputs = new ArrayList<>();
    try {
      experts.forEach(e -> inputs.add(e.checkpoint().tensors(file)));
      ExpertAgreement.checkTensors(experts, inputs);
      int[] order = byWeightsHash(experts);
      double[] weights = Arrays.stream(order).mapToDouble(i -> experts.get(i).weight()).toArray();
      List<BlockMerger> mergers =
          Stream.generate(() -> new BlockMerger(method, weights, blockBytes))
              .limit(threads)
              .toList();
      List<SafetensorsReader> ordered = Arrays.stream(order).mapToObj(inputs::get).toList();
      writeTensors(file, ordered, into, mergers, blockBytes);
    } finally {
      inputs.forEach(SafetensorsReader::close);
    }
  }

  /**
   * An order that depends on what is summed alone. The manifests' hashes wouldn't do: they stand
   * for times and machines too, so that the same training repeated would round its average
   * otherwise.
   */
  private static int[] byWeightsHash(List<WeightedExpert> experts) {
    return IntStream.range(0, experts.size())
        .boxed()
        .sorted(
            Comparator.comparing((Integer i) -> weightsHash(experts.get(i)))
                .thenComparing(i -> experts.get(i).weight()))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private static String weightsHash(WeightedExpert expert) {
    FileEntry weights = expert.checkpoint().manifest().files().get(CheckpointFiles.MODEL);
    return weights == null ? "" : weights.sha256();
  }

  private static void writeTensors(
      String file,
      List<SafetensorsReader> inputs,
      CheckpointWriter into,
      List<BlockMerger> mergers,
      int blockBytes) {
    SafetensorsReader first = inputs.get(0);
    try (SafetensorsWriter output =
        into.openTensors(file, specs(first), SafetensorsWriter.PYTORCH)) {
      List<Block> blocks = Block.divide(output.tensors(), first.dataStart(), blockBytes);
      new TensorMerge(blocks, inputs, output).run(mergers);
      output.finish();
    }
  }

  private static Collection<TensorSpec> specs(SafetensorsReader reader) {
    return reader.tensors().stream().map(StoredTensor::spec).toList();
  }

  private static int blockBytes(int experts, int threads) {
    long share = BUFFER_BYTES / ((experts + 1L) * threads);
    // A power of two, so that the pieces of the inputs' manifests are multiples or divisors of it.
    return (int) Math.min(BLOCK_BYTES, Math.max(SMALLEST_BLOCK_BYTES, Long.highestOneBit(share)));
  }

  private static void checkWeights(List<WeightedExpert> experts) {
    double[] weights = experts.stream().mapToDouble(WeightedExpert::weight).toArray();
    double sum = Arrays.stream(weights).sum();
    if (experts.isEmpty()
        || !(Math.abs(sum - 1) <= SUM_TOLERANCE)
        || Arrays.stream(weights).anyMatch(w -> w < 0)) {
      throw new IllegalArgumentException(
          "weights are %s but must not be negative and must sum to 1"
              .formatted(Arrays.toString(weights)));
    }
  }
}
