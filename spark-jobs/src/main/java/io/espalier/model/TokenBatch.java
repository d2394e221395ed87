package io.espalier.model;

/**
 * Sequences of equal length: what a model reads and what it should predict.
 *
 * @param sequences number of sequences
 * @param lengthTokens tokens in each
 * @param inputs token ids (sequence, position), row-major; the caller changes them only between
 *     calls of the model, which keeps no reference
 * @param targets the id that follows each input, or {@link #MASKED}; the same layout
 * @param dropoutKeys one number per sequence, from which follows what dropout takes from it in
 *     training: sequences with equal keys lose the same elements, whoever computes them; empty
 *     where nothing is dropped
 */
@SuppressWarnings("ArrayRecordComponent") // read in bulk at every step; nobody compares batches
public record TokenBatch(
    int sequences, int lengthTokens, long[] inputs, long[] targets, long[] dropoutKeys) {
  /** A target that counts for nothing: neither loss nor gradient. */
  public static final long MASKED = -100;

  public TokenBatch {
    long tokens = (long) sequences * lengthTokens;
    if (sequences < 1 || lengthTokens < 1 || inputs.length != tokens || targets.length != tokens) {
      throw new IllegalArgumentException(
          "%d sequences of %d tokens need as many inputs and targets, but got %d and %d"
              .formatted(sequences, lengthTokens, inputs.length, targets.length));
    }
    if (dropoutKeys.length != 0 && dropoutKeys.length != sequences) {
      throw new IllegalArgumentException(
          "%d sequences need as many keys of dropout, or none, but got %d"
              .formatted(sequences, dropoutKeys.length));
    }
  }

  /** Sequences from which nothing is dropped. */
  public TokenBatch(int sequences, int lengthTokens, long[] inputs, long[] targets) {
    this(sequences, lengthTokens, inputs, targets, new long[0]);
  }

  /** Number of positions. */
  public int tokens() {
    return inputs.length;
  }

  /** Number of targets that aren't masked. */
  public int unmaskedTargets() {
    int unmasked = 0;
    for (long target : targets) {
      unmasked += target == MASKED ? 0 : 1;
    }
    return unmasked;
  }
}
