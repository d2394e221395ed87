package io.espalier.prep;

import java.util.List;

/**
 * The sequences that are ready.
 *
 * @param sequencesVersion version of the table {@code sequences}
 * @param fingerprint of documents, tokenizer and settings
 * @param splits sorted by domain and split
 */
public record PackedCorpus(long sequencesVersion, String fingerprint, List<PackedSplit> splits) {

  public PackedCorpus {
    splits = List.copyOf(splits);
  }
}
