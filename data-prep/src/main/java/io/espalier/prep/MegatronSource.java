package io.espalier.prep;

import io.espalier.megatron.MegatronCorpus;
import java.io.Serializable;

/**
 * A tokenised corpus of an experiment, found and opened.
 *
 * @param number 0-based place in the configuration
 * @param domain of all its documents
 * @param split of all its documents
 */
public record MegatronSource(int number, String domain, MegatronSplit split, MegatronCorpus corpus)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Where it stands in the configuration. */
  String key() {
    return "data.megatron[%d]".formatted(number);
  }
}
