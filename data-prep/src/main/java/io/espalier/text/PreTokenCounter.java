package io.espalier.text;

import java.util.HashMap;
import java.util.Map;

/**
 * Counts pre-tokens: what BPE training needs to know of a text. Counts of parts of a corpus add up
 * to the counts of the whole. Not thread-safe: one per partition.
 */
public final class PreTokenCounter {
  private static final class Count {
    long value;
  }

  private final Map<String, Count> counts = new HashMap<>();

  /** Counts the pieces of one document. */
  public void add(String text) {
    Gpt2PreTokenizer.split(
        text,
        (start, end) ->
            counts.computeIfAbsent(text.substring(start, end), piece -> new Count()).value++);
  }

  /** How many different pieces were seen so far. */
  public int size() {
    return counts.size();
  }

  /** Each piece as it stands in the text with its number of occurrences. */
  public Map<String, Long> counts() {
    Map<String, Long> result = new HashMap<>(counts.size() * 4 / 3 + 1);
    counts.forEach((piece, count) -> result.put(piece, count.value));
    return result;
  }
}
