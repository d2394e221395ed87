package io.espalier.prep;

import io.espalier.config.ConfigException;
import io.espalier.table.SequenceCounts;
import io.espalier.text.PackingMethod;
import io.espalier.text.PackingSettings;
import io.espalier.text.Remainder;
import java.util.List;

/**
 * What goes into the windows of one split of one domain, and so how many there will be.
 *
 * @param documents documents with at least one token
 * @param tokens their tokens, end-of-text not counted
 * @param bytes their UTF-8 bytes
 * @param longDocuments documents that no window holds whole
 */
record StreamTotals(
    String domain,
    String role,
    String split,
    long documents,
    long tokens,
    long bytes,
    long longDocuments) {

  /** What a table without any window of it holds. */
  SequenceCounts nothing() {
    return new SequenceCounts(domain, split, 0, 0, 0);
  }

  /** Domain and split. */
  List<String> key() {
    return List.of(domain, split);
  }

  /** Tokens to predict: every token, and the end-of-text between documents. */
  long targets() {
    return documents == 0 ? 0 : tokens + documents - 1;
  }

  /** Windows that hold them: the least number, and by concatenation the number. */
  long sequences(PackingSettings settings) {
    long length = settings.sequenceLengthTokens();
    return settings.remainder() == Remainder.PAD
        ? (targets() + length - 1) / length
        : targets() / length;
  }

  /** Targets that are in no window. */
  long droppedTokens(PackingSettings settings) {
    return settings.remainder() == Remainder.PAD ? 0 : targets() % settings.sequenceLengthTokens();
  }

  /**
   * Whether these windows hold it all.
   *
   * @param sequences how many there are
   * @param predictedTokens in them
   */
  boolean fits(PackingSettings settings, long sequences, long predictedTokens) {
    boolean all = predictedTokens + droppedTokens(settings) == targets();
    return settings.method() == PackingMethod.BEST_FIT
        ? all && sequences >= sequences(settings)
        : all && sequences == sequences(settings);
  }

  /** Refuses settings under which nothing could be trained on or measured. */
  void check(PackingSettings settings) {
    if (sequences(settings) == 0) {
      throw new ConfigException(
          "packing.sequence_length_tokens is %d with remainder %s, but domain %s, split %s has %d tokens: not one window; %s would work"
              .formatted(
                  settings.sequenceLengthTokens(),
                  settings.remainder(),
                  domain,
                  split,
                  targets(),
                  targets() == 0 ? "more text" : "remainder: pad"));
    }
  }
}
