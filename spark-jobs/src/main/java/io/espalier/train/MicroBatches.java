package io.espalier.train;

import io.espalier.config.FormatException;
import io.espalier.model.TokenBatch;
import java.util.Arrays;

/**
 * Makes batches out of stored sequences: inputs are a window's tokens but the last, targets all but
 * the first. Where a window is short, inputs are filled up with token 0, which attention never
 * shows to a position before it, and targets are masked.
 *
 * <p>The arrays are used again for every batch: a batch is valid until the next one is asked for.
 * Not thread-safe.
 */
final class MicroBatches {
  private final int vocabularySize;
  private final int lengthTokens;
  private final TokenBatch batch;
  private final long[] window;

  /**
   * @param model whose vocabulary and sequence length the batches are checked against
   * @param sequences sequences per batch
   */
  MicroBatches(ModelSpec model, int sequences) {
    this.vocabularySize = model.vocabularySize();
    this.lengthTokens = model.sequenceLengthTokens();
    this.batch =
        new TokenBatch(
            sequences, lengthTokens, row(sequences), row(sequences), new long[sequences]);
    this.window = new long[lengthTokens + 1];
  }

  /** The batch as filled so far. */
  TokenBatch batch() {
    return batch;
  }

  /**
   * Fills one row of the batch, for training.
   *
   * @param dropoutKey what decides the elements that are dropped
   */
  void put(int row, LocalShard shard, long sequence, long dropoutKey) {
    put(row, shard, sequence);
    batch.dropoutKeys()[row] = dropoutKey;
  }

  /** Fills one row of the batch. */
  void put(int row, LocalShard shard, long sequence) {
    int count = shard.tokenCount(sequence);
    if (count > window.length) {
      throw new FormatException(
          "%s has %d tokens in sequence %d but windows have sequence_length_tokens + 1 = %d"
              .formatted(shard, count, sequence, window.length));
    }
    shard.read(sequence, window);
    checkTokens(count, shard, sequence);
    int at = row * lengthTokens;
    int targets = count - 1;
    System.arraycopy(window, 0, batch.inputs(), at, targets);
    System.arraycopy(window, 1, batch.targets(), at, targets);
    Arrays.fill(batch.inputs(), at + targets, at + lengthTokens, 0);
    Arrays.fill(batch.targets(), at + targets, at + lengthTokens, TokenBatch.MASKED);
  }

  private void checkTokens(int count, LocalShard shard, long sequence) {
    for (int i = 0; i < count; i++) {
      if (window[i] < 0 || window[i] >= vocabularySize) {
        throw new FormatException(
            "%s has token %d in sequence %d but the vocabulary has %d tokens"
                .formatted(shard, window[i], sequence, vocabularySize));
      }
    }
  }

  private long[] row(int sequences) {
    return new long[Math.multiplyExact(sequences, lengthTokens)];
  }
}
