package io.espalier.text;

import java.util.List;

/**
 * A byte-level BPE vocabulary.
 *
 * @param tokens by id, in the spelling of {@link ByteLevelAlphabet}: the end-of-text token, the 256
 *     bytes, then what merging made
 * @param merges by rank
 */
public record BpeModel(List<String> tokens, List<Merge> merges) {

  /** Ids of two tokens that become one. */
  public record Merge(int left, int right) {}

  public BpeModel {
    tokens = List.copyOf(tokens);
    merges = List.copyOf(merges);
  }

  /** Number of tokens, end-of-text included. */
  public int vocabularySize() {
    return tokens.size();
  }
}
