package io.espalier.text;

import io.espalier.config.ConfigException;

/**
 * The section {@code tokenizer} of an experiment.
 *
 * @param path a tokenizer.json, or a folder that holds one, to use as it is; empty = train one on
 *     the training split
 * @param vocabularySize entries of a tokenizer that is trained here; has no effect on a given one
 * @param sampleBytes about how many bytes of text it is trained on; 0 = all of the training split
 * @param domainWeights how these are divided among the domains
 */
public record TokenizerSettings(
    String path, int vocabularySize, long sampleBytes, DomainWeights domainWeights) {

  public TokenizerSettings {
    if (path.isEmpty() && vocabularySize < BpeTrainer.SMALLEST_VOCABULARY) {
      throw new ConfigException(
          "vocabulary_size is %d but must be at least %d (256 bytes and the end-of-text token)"
              .formatted(vocabularySize, BpeTrainer.SMALLEST_VOCABULARY));
    }
    if (sampleBytes < 0) {
      throw new ConfigException(
          "sample_bytes is %d but must be at least 0; 0 takes all of the training split"
              .formatted(sampleBytes));
    }
    if (sampleBytes == 0 && !(domainWeights instanceof ProportionalDomainWeights)) {
      throw new ConfigException(
          "domain_weights divide a sample but sample_bytes is 0, which takes all text; sample_bytes: 100000000 would work");
    }
  }

  /** Trained on all of the training split. */
  public TokenizerSettings(String path, int vocabularySize) {
    this(path, vocabularySize, 0, new ProportionalDomainWeights());
  }

  /** Whether a tokenizer is to be trained on the training split. */
  public boolean trained() {
    return path.isEmpty();
  }
}
