package io.espalier.train;

import io.espalier.model.LanguageModel;
import io.espalier.model.TokenBatch;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.CancellationException;

/**
 * Runs a model forward over stored sequences and hands out the log-probability of every real
 * target. One thread at a time, as its model.
 */
public final class Scorer {
  private final LanguageModel model;
  private final ModelSpec spec;
  private final int batchSequences;

  /** Takes one sequence's scores after another. */
  @FunctionalInterface
  public interface Sink {

    /**
     * Takes one sequence's scores.
     *
     * @param sequence its number in the shard
     * @param logProbabilities natural logarithm of the probability of each real target, in order; a
     *     fresh array
     */
    void accept(long sequence, float[] logProbabilities) throws IOException;
  }

  /**
   * @param model with the weights to score, from {@link ModelFiles#open}; stays the caller's
   * @param batchSequences sequences per forward pass
   */
  public Scorer(LanguageModel model, ModelSpec spec, int batchSequences) {
    this.model = model;
    this.spec = spec;
    this.batchSequences = batchSequences;
  }

  /**
   * Scores some sequences of a shard, in order, one batch in memory at a time.
   *
   * @throws CancellationException if the thread is interrupted
   */
  public void score(LocalShard shard, EvenSample sample, Sink sink) throws IOException {
    long at = 0;
    while (at < sample.count()) {
      int rows = (int) Math.min(batchSequences, sample.count() - at);
      MicroBatches batches = new MicroBatches(spec, rows);
      long end = sample.count() - (sample.count() - at) % rows;
      for (; at < end; at += rows) {
        scoreBatch(batches, shard, sample, at, sink);
      }
    }
  }

  private void scoreBatch(
      MicroBatches batches, LocalShard shard, EvenSample sample, long first, Sink sink)
      throws IOException {
    if (Thread.currentThread().isInterrupted()) {
      throw new CancellationException("Scoring of %s was stopped".formatted(shard));
    }
    TokenBatch batch = batches.batch();
    for (int row = 0; row < batch.sequences(); row++) {
      batches.put(row, shard, sample.at(first + row));
    }
    float[] scores = model.logProbabilities(batch);
    for (int row = 0; row < batch.sequences(); row++) {
      long sequence = sample.at(first + row);
      int from = row * batch.lengthTokens();
      int targets = shard.tokenCount(sequence) - 1;
      sink.accept(sequence, Arrays.copyOfRange(scores, from, from + targets));
    }
  }
}
