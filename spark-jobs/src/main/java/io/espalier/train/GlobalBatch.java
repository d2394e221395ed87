package io.espalier.train;

import io.espalier.config.ConfigException;
import java.io.Serializable;

/**
 * How the sequences of one update are worked through: global batch = micro-batch × accumulation ×
 * data-parallel size.
 *
 * <p>Update s of a run consumes the samples [s·global, (s+1)·global).
 *
 * @param dataParallelSize ranks that compute micro-batches side by side
 */
public record GlobalBatch(int globalSequences, int microSequences, int dataParallelSize)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  public GlobalBatch {
    microSequences = fitting(globalSequences, microSequences, dataParallelSize);
    if (microSequences < 1 || globalSequences % (microSequences * dataParallelSize) != 0) {
      throw new IllegalArgumentException(
          "A global batch of %d can't be worked through in micro-batches of %d on %d ranks"
              .formatted(globalSequences, microSequences, dataParallelSize));
    }
  }

  /** One rank works through all of it. */
  public GlobalBatch(int globalSequences, int microSequences) {
    this(globalSequences, microSequences, 1);
  }

  /** Refuses ranks and a micro-batch that don't divide the global batch. */
  static void checkDivisible(
      String globalKey, int globalSequences, int microSequences, int dataParallelSize) {
    int micro = fitting(globalSequences, microSequences, dataParallelSize);
    if (micro >= 1 && globalSequences % (micro * dataParallelSize) == 0) {
      return;
    }
    if (dataParallelSize == 1) {
      throw new ConfigException(
          "%s is %d but must be divisible by micro_batch_sequences (%d); a micro-batch of %d works"
              .formatted(
                  globalKey,
                  globalSequences,
                  microSequences,
                  largestDivisor(globalSequences, microSequences)));
    }
    int unit = Math.max(1, micro) * dataParallelSize;
    throw new ConfigException(
        "%s is %d but must be divisible by micro_batch_sequences (%d) × data_parallel_size (%d); %d would work"
            .formatted(
                globalKey,
                globalSequences,
                microSequences,
                dataParallelSize,
                (globalSequences + unit - 1) / unit * unit));
  }

  /** A micro-batch is at most what a rank has to do. */
  private static int fitting(int globalSequences, int microSequences, int dataParallelSize) {
    return Math.min(microSequences, globalSequences / dataParallelSize);
  }

  /** Micro-batches per update on each rank. */
  public int accumulation() {
    return globalSequences / microSequences / dataParallelSize;
  }

  /** The first sample, within the global batch, of a rank's micro-batch: ranks take turns. */
  public long firstSample(int microBatch, int dataRank) {
    return ((long) microBatch * dataParallelSize + dataRank) * microSequences;
  }

  /** The number, within the run, of the first sample of the update after {@code steps} others. */
  public long firstSample(long steps) {
    return Math.multiplyExact(steps, (long) globalSequences);
  }

  private static int largestDivisor(int value, int atMost) {
    int divisor = Math.min(atMost, value);
    while (value % divisor != 0) {
      divisor--;
    }
    return divisor;
  }
}
