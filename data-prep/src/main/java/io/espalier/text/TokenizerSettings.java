package io.espalier.text;

import io.espalier.config.ConfigException;

/**
 * The section {@code tokenizer} of an experiment.
 *
 * @param path a tokenizer.json, or a folder that holds one, to use as it is; empty = train one on
 *     the training split
 * @param vocabularySize entries of a tokenizer that is trained here; has no effect on a given one
 */
public record TokenizerSettings(String path, int vocabularySize) {

  public TokenizerSettings {
    if (path.isEmpty() && vocabularySize < BpeTrainer.SMALLEST_VOCABULARY) {
      throw new ConfigException(
          "vocabulary_size is %d but must be at least %d (256 bytes and the end-of-text token)"
              .formatted(vocabularySize, BpeTrainer.SMALLEST_VOCABULARY));
    }
  }

  /** Whether a tokenizer is to be trained on the training split. */
  public boolean trained() {
    return path.isEmpty();
  }
}
