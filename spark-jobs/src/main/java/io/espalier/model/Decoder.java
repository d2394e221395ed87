package io.espalier.model;

/**
 * One text that a model reads and goes on with, piece by piece. It keeps every layer's keys and
 * values, so that a token costs one position's forward pass however long the text is. The weights
 * must not change meanwhile. Owns native memory until closed, before its model is. One thread at a
 * time, as its model.
 *
 * <p><b>A text longer than the model's window.</b> Positions are learned and absolute, so that what
 * is kept can't move. When the window is full, its last half begins a new one and is read again in
 * one pass: between half a window and a whole one is in sight of every token, and a token costs at
 * most about one more position's pass in the mean.
 */
public interface Decoder extends AutoCloseable {
  /**
   * What a piece of text told.
   *
   * @param nextLogits of the token that follows the piece, one number per token of the vocabulary
   * @param logProbabilities natural-log probability of each of the piece's tokens but the first,
   *     which the {@code nextLogits} before it were about; empty unless asked for
   */
  @SuppressWarnings("ArrayRecordComponent") // made for every token; nobody compares them
  record Reading(float[] nextLogits, float[] logProbabilities) {}

  /**
   * Reads on.
   *
   * @param ids at least one
   * @param scored whether the probabilities of the piece's tokens are wanted too
   */
  Reading read(long[] ids, boolean scored);

  @Override
  void close();
}
