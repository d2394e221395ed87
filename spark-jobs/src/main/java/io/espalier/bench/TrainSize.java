package io.espalier.bench;

import java.util.List;

/**
 * A model and a batch to time.
 *
 * @param name prefix of its figures
 * @param layers transformer blocks
 * @param hiddenSize width of the residual stream
 * @param heads of attention
 * @param tokens length of a sequence
 * @param sequences in the batch of a step
 * @param vocabularySize tokens of the vocabulary
 * @param steps timed at a stretch: about three seconds on one core
 */
public record TrainSize(
    String name,
    int layers,
    int hiddenSize,
    int heads,
    int tokens,
    int sequences,
    int vocabularySize,
    int steps) {

  /** From a model for trying out to GPT-2's smallest. */
  public static final List<TrainSize> ALL =
      List.of(
          new TrainSize("small", 4, 128, 4, 128, 16, 4096, 10),
          new TrainSize("medium", 6, 256, 8, 256, 8, 4096, 3),
          new TrainSize("large", 12, 768, 12, 256, 2, 8192, 1));

  int tokensPerStep() {
    return tokens * sequences;
  }

  @Override
  public String toString() {
    return "%d layers, hidden size %d, %d heads, vocabulary %d, %d sequences of %d tokens"
        .formatted(layers, hiddenSize, heads, vocabularySize, sequences, tokens);
  }
}
