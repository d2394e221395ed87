package io.espalier.bench;

import io.espalier.config.ConfigException;
import io.espalier.model.Gpt2;
import io.espalier.train.ModelSpec;
import java.util.List;
import java.util.Map;

/**
 * A model to write text with.
 *
 * @param name prefix of its figures
 * @param windowTokens the longest sequence it reads
 * @param tokens written in a stretch: a few seconds on one core
 */
public record GenerateSize(
    String name,
    int layers,
    int hiddenSize,
    int heads,
    int vocabularySize,
    int windowTokens,
    int tokens) {

  /** A model for trying out; one of GPT-2's width with our vocabulary; GPT-2's smallest. */
  public static final List<GenerateSize> ALL =
      List.of(
          new GenerateSize("a", 4, 128, 4, 4096, 512, 400),
          new GenerateSize("c", 12, 768, 12, 8192, 1024, 60),
          new GenerateSize("gpt2", 12, 768, 12, 50257, 1024, 40));

  /**
   * The size of a name.
   *
   * @throws ConfigException if there is none
   */
  public static GenerateSize of(String name) {
    return ALL.stream()
        .filter(size -> size.name.equals(name))
        .findFirst()
        .orElseThrow(
            () -> new ConfigException("size is %s but must be a, c, gpt2 or all".formatted(name)));
  }

  ModelSpec model() {
    return new ModelSpec(new Gpt2(layers, hiddenSize, heads), vocabularySize, windowTokens);
  }

  /** The peer's command that makes the same model. */
  Map<String, Integer> peer(int threads) {
    return Map.of(
        "layers", layers,
        "hidden_size", hiddenSize,
        "heads", heads,
        "vocabulary_size", vocabularySize,
        "window", windowTokens,
        "threads", threads);
  }

  @Override
  public String toString() {
    return "%d layers, hidden size %d, %d heads, vocabulary %d, window of %d tokens"
        .formatted(layers, hiddenSize, heads, vocabularySize, windowTokens);
  }
}
