package io.espalier.train;

import io.espalier.config.ConfigException;
import io.espalier.config.Rule;
import java.io.Serializable;

/**
 * How many ranks compute one model together, and how (Shoeybi et al. 2019): world size =
 * tensor-parallel size × data-parallel size. It changes what a training costs and where it fits,
 * not what it learns.
 *
 * @param tensorParallelSize ranks that hold slices of every layer
 * @param dataParallelSize groups of such ranks, each with other micro-batches
 * @param sequenceParallel whether tensor-parallel ranks divide LayerNorms and the residual stream
 *     too
 * @param shardOptimizer whether data-parallel ranks divide the optimizer's moments and updates
 *     (ZeRO stage 1, Rajbhandari et al. 2020)
 * @param timeoutSeconds after which a rank that doesn't answer fails the others
 * @param consistencyCheckSteps updates between comparisons of what must be the same on several
 *     ranks; 0 = never
 */
public record ParallelSettings(
    int tensorParallelSize,
    int dataParallelSize,
    boolean sequenceParallel,
    boolean shardOptimizer,
    int timeoutSeconds,
    int consistencyCheckSteps)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** One rank alone. */
  public static final ParallelSettings SERIAL = new ParallelSettings(1, 1, false, false, 60, 0);

  public ParallelSettings {
    Rule.positive("tensor_parallel_size", tensorParallelSize);
    Rule.positive("data_parallel_size", dataParallelSize);
    Rule.positive("timeout_seconds", timeoutSeconds);
    Rule.notNegative("consistency_check_steps", consistencyCheckSteps);
    if (sequenceParallel && tensorParallelSize == 1) {
      throw new ConfigException(
          "sequence_parallel is true but tensor_parallel_size is 1, so there is nobody to divide"
              + " the sequence with; false would work");
    }
    if (shardOptimizer && dataParallelSize == 1) {
      throw new ConfigException(
          "shard_optimizer is true but data_parallel_size is 1, so there is nobody to divide the"
              + " optimizer with; at least 2, or false, would work");
    }
  }

  /** Ranks in all. */
  public int worldSize() {
    return Math.multiplyExact(tensorParallelSize, dataParallelSize);
  }

  /**
   * Refuses a model or a batch that can't be divided among these ranks.
   *
   * @throws ConfigException with both numbers
   */
  void check(ModelSpec model, GlobalBatch batch) {
    model.architecture().requireWholeHeads(tensorParallelSize);
    int rows = Math.multiplyExact(batch.microSequences(), model.sequenceLengthTokens());
    if (sequenceParallel && rows % tensorParallelSize != 0) {
      throw new ConfigException(
          "sequence_parallel is true but a micro-batch has %d × %d = %d tokens, which must be divisible by tensor_parallel_size (%d)"
              .formatted(
                  batch.microSequences(), model.sequenceLengthTokens(), rows, tensorParallelSize));
    }
  }
}
