package io.espalier.bench;

import io.espalier.config.ConfigException;
import io.espalier.model.Gpt2;
import io.espalier.train.ModelSpec;
import java.util.List;
import java.util.stream.Stream;

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
          new TrainSize("a", 4, 128, 4, 128, 16, 4096, 10),
          new TrainSize("b", 6, 256, 8, 256, 8, 4096, 3),
          new TrainSize("c", 12, 768, 12, 256, 2, 8192, 1));

  /** An expert of {@code conf/quickstart.yaml}: its share of the dense model's batch. */
  public static final TrainSize QUICKSTART =
      new TrainSize("quickstart", 3, 96, 3, 128, 2, 2048, 100);

  /**
   * The size of a name.
   *
   * @throws ConfigException if there is none
   */
  public static TrainSize of(String name) {
    return Stream.concat(ALL.stream(), Stream.of(QUICKSTART))
        .filter(size -> size.name.equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new ConfigException(
                    "size is %s but must be a, b, c or quickstart".formatted(name)));
  }

  /** The model alone. */
  ModelSpec model() {
    return new ModelSpec(new Gpt2(layers, hiddenSize, heads), vocabularySize, tokens);
  }

  int tokensPerStep() {
    return tokens * sequences;
  }

  @Override
  public String toString() {
    return "%d layers, hidden size %d, %d heads, vocabulary %d, %d sequences of %d tokens"
        .formatted(layers, hiddenSize, heads, vocabularySize, sequences, tokens);
  }
}
