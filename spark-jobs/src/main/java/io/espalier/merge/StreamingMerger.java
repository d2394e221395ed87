package io.espalier.merge;

import io.espalier.checkpoint.Checkpoint;
import io.espalier.checkpoint.CheckpointFiles;
import io.espalier.checkpoint.CheckpointWriter;
import io.espalier.checkpoint.ParentCheckpoint;
import io.espalier.checkpoint.Provenance;
import io.espalier.checkpoint.SafetensorsReader;
import io.espalier.checkpoint.SafetensorsWriter;
import io.espalier.checkpoint.StoredTensor;
import io.espalier.checkpoint.TensorSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Merges checkpoints of any size and number, block by block. Memory is at most {@value
 * #BUFFER_BYTES} bytes of blocks and kept tensors, as much again for statistics, and a checked
 * piece (256 KiB) per input and thread. The same bytes come out for any number of threads, size of
 * blocks and order of experts. Thread-safe.
 */
public final class StreamingMerger {
  /** Bytes of all blocks together. */
  static final int BUFFER_BYTES = 256 << 20;

  /** A block of more bytes isn't read faster, and leaves the cores' caches. */
  private static final int BLOCK_BYTES = 1 << 20;

  private static final int SMALLEST_BLOCK_BYTES = 4096;

  /** What each thread may hold of each input beside blocks: a histogram and a checked piece. */
  private static final int BYTES_OF_STATISTICS = (512 << 10) + (256 << 10);

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
   * @param method one that needs no base
   */
  public static Checkpoint merge(
      List<WeightedExpert> experts,
      MergeMethod method,
      CheckpointWriter into,
      Provenance provenance,
      int threads) {
    return merge(MergePlan.of(experts, method), into, provenance, threads);
  }

  /**
   * Merges weights and commits them, with the experts and the base as parents in the provenance.
   *
   * @param into a new writer; nothing is committed if this method fails, and the caller closes it
   * @param provenance where the result comes from; its parents are replaced
   * @param threads how many threads read, check and compute
   * @throws io.espalier.config.ConfigException if the inputs don't have the same tensors,
   *     configuration and tokenizer, or the method's settings don't fit them
   * @throws io.espalier.config.FormatException if an input is damaged, naming it
   */
  public static Checkpoint merge(
      MergePlan plan, CheckpointWriter into, Provenance provenance, int threads) {
    Memory memory = Memory.of(plan.parents().size(), threads);
    return merge(plan, into, provenance, memory);
  }

  /**
   * How much is done and held at once; none of it shows in the result.
   *
   * @param blockBytes of one input and thread
   * @param keptBytes of all inputs of one tensor
   */
  record Memory(int threads, int blockBytes, long keptBytes) {

    static Memory of(int inputs, int threads) {
      int most = Math.max(1, BUFFER_BYTES / BYTES_OF_STATISTICS / inputs);
      int used = Math.min(threads, most);
      long share = BUFFER_BYTES / 4 / ((inputs + 1L) * used);
      // A power of two, so that the pieces of the inputs' manifests are multiples or divisors of
      // it.
      long block = Math.min(BLOCK_BYTES, Math.max(SMALLEST_BLOCK_BYTES, Long.highestOneBit(share)));
      return new Memory(used, (int) block, BUFFER_BYTES / 4 * 3L);
    }
  }

  /** The same with given memory, so that tests can show that it makes no difference. */
  static Checkpoint merge(
      MergePlan plan, CheckpointWriter into, Provenance provenance, Memory memory) {
    List<WeightedExpert> parents = plan.parents();
    ExpertAgreement.checkFiles(parents);
    mergeFile(CheckpointFiles.MODEL, plan, into, memory);
    copyCompanions(plan, into);
    return into.commit(
        provenance.withParents(parents.stream().map(WeightedExpert::asParent).toList()));
  }

  private static void mergeFile(String file, MergePlan plan, CheckpointWriter into, Memory memory) {
    List<WeightedExpert> parents = plan.parents();
    List<SafetensorsReader> readers = new ArrayList<>();
    try {
      parents.forEach(parent -> readers.add(parent.checkpoint().tensors(file)));
      ExpertAgreement.checkTensors(parents, readers);
      List<WeightedExpert> experts = plan.inOrder();
      List<SafetensorsReader> inputs = new ArrayList<>();
      experts.forEach(expert -> inputs.add(readers.get(parents.indexOf(expert))));
      if (plan.method().needsBase()) {
        inputs.add(readers.get(readers.size() - 1));
      }
      mergeTensors(file, rules(plan.method(), experts, inputs.get(0)), inputs, into, memory);
    } finally {
      readers.forEach(SafetensorsReader::close);
    }
  }

  /**
   * Averages the experts' weights, and their optimizer's moments where that is asked for, so that a
   * training can go on from there. Writes, and leaves the commit to the caller.
   *
   * @param moments whether all experts have them and they are wanted
   * @param into a new writer that the caller adds to, commits and closes
   * @return parents for the provenance
   * @throws io.espalier.config.ConfigException if the experts don't have the same tensors,
   *     configuration and tokenizer
   */
  public static List<ParentCheckpoint> average(
      List<WeightedExpert> experts, boolean moments, CheckpointWriter into, int threads) {
    MergePlan plan = MergePlan.of(experts, new LinearMerge());
    Memory memory = Memory.of(experts.size(), threads);
    ExpertAgreement.checkFiles(plan.parents());
    mergeFile(CheckpointFiles.MODEL, plan, into, memory);
    if (moments) {
      mergeFile(CheckpointFiles.OPTIMIZER, plan, into, memory);
    }
    copyCompanions(plan, into);
    return plan.parents().stream().map(WeightedExpert::asParent).toList();
  }

  private static void copyCompanions(MergePlan plan, CheckpointWriter into) {
    Checkpoint first = plan.parents().get(0).checkpoint();
    COPIED.stream().filter(first::has).forEach(file -> into.bytes(file, first.bytes(file)));
  }

  /** A rule for every tensor, made when its turn comes: some hold statistics. */
  private record Rules(MergeMethod method, List<WeightedExpert> experts, LayerDepths depths) {

    TensorRule of(TensorSpec tensor) {
      return method.rule(
          new MergedTensor(
              tensor,
              depths.of(tensor.name()),
              experts.stream().map(WeightedExpert::name).toList(),
              experts.stream().map(WeightedExpert::weight).toList()));
    }
  }

  private static Rules rules(
      MergeMethod method, List<WeightedExpert> experts, SafetensorsReader reader) {
    List<TensorSpec> specs = specs(reader);
    List<String> names = specs.stream().map(TensorSpec::name).toList();
    method.layerValues().forEach((key, value) -> value.checkFits(key, names));
    return new Rules(method, experts, LayerDepths.of(specs));
  }

  private static void mergeTensors(
      String file,
      Rules rules,
      List<SafetensorsReader> inputs,
      CheckpointWriter into,
      Memory memory) {
    SafetensorsReader first = inputs.get(0);
    try (SafetensorsWriter output =
        into.resumeTensors(file, specs(first), SafetensorsWriter.PYTORCH)) {
      List<StoredTensor> missing = output.missing();
      if (rules.method().needsStatistics()) {
        new StatisticsMerge(
                inputs, output, memory.threads(), memory.blockBytes(), memory.keptBytes())
            .run(missing.stream().map(StoredTensor::spec).toList(), rules::of);
      } else {
        mergeBlocks(rules, inputs, output, missing, memory);
      }
      output.finish();
    }
  }

  private static void mergeBlocks(
      Rules rules,
      List<SafetensorsReader> inputs,
      SafetensorsWriter output,
      List<StoredTensor> tensors,
      Memory memory) {
    Map<String, TensorRule> byName = new HashMap<>();
    tensors.forEach(tensor -> byName.put(tensor.spec().name(), rules.of(tensor.spec())));
    List<BlockMerger> mergers =
        Stream.generate(() -> new BlockMerger(byName, inputs.size(), memory.blockBytes()))
            .limit(memory.threads())
            .toList();
    List<Block> blocks = Block.divide(tensors, inputs.get(0).dataStart(), memory.blockBytes());
    new TensorMerge(blocks, inputs, output).run(mergers);
  }

  private static List<TensorSpec> specs(SafetensorsReader reader) {
    return reader.tensors().stream().map(StoredTensor::spec).toList();
  }
}
