package io.espalier.table;

/**
 * How much one split of one domain holds.
 *
 * @param sequences number of windows
 * @param tokens tokens to predict, padding not counted
 * @param bytes UTF-8 bytes of text that these tokens stand for
 */
public record SequenceCounts(String domain, String split, long sequences, long tokens, long bytes) {

  /** The sum of two counts of the same domain and split. */
  SequenceCounts plus(SequenceCounts other) {
    return new SequenceCounts(
        domain, split, sequences + other.sequences, tokens + other.tokens, bytes + other.bytes);
  }
}
