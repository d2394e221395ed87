package io.espalier.train;

import io.espalier.config.ConfigException;
import java.io.Serializable;

/**
 * How the sequences of one update are worked through: global batch = micro-batch × accumulation.
 *
 * <p>Update s of a run consumes the samples [s·global, (s+1)·global).
 */
public record GlobalBatch(int globalSequences, int microSequences) implements Serializable {
  private static final long serialVersionUID = 1L;

  public GlobalBatch {
    microSequences = Math.min(microSequences, globalSequences);
    if (microSequences < 1 || globalSequences % microSequences != 0) {
      throw new IllegalArgumentException(
          "A global batch of %d can't be worked through in micro-batches of %d"
              .formatted(globalSequences, microSequences));
    }
  }

  /** Refuses a micro-batch that is smaller than the global batch and doesn't divide it. */
  static void checkDivisible(String globalKey, int globalSequences, int microSequences) {
    if (globalSequences % Math.min(microSequences, globalSequences) != 0) {
      throw new ConfigException(
          "%s is %d but must be divisible by micro_batch_sequences (%d); a micro-batch of %d works"
              .formatted(
                  globalKey,
                  globalSequences,
                  microSequences,
                  largestDivisor(globalSequences, microSequences)));
    }
  }

  /** Micro-batches per update. */
  public int accumulation() {
    return globalSequences / microSequences;
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
