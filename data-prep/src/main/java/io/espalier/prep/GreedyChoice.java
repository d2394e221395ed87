package io.espalier.prep;

import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Goes through pairs of similar documents, sorted by their lower one, and decides what is lost: a
 * document that is similar to one before it which stays. When a document is the lower one of a
 * pair, all its pairs with those before it have passed, so it has been decided: one pass makes the
 * choice of a reader who takes the documents in order and keeps those that resemble none kept so
 * far. In memory are those that are lost, about 200 bytes each. Used by one thread.
 */
final class GreedyChoice {
  private final Map<String, LostDocument> lost = new HashMap<>();

  /**
   * A document that goes.
   *
   * @param stays the most similar to it of those before it that stay; of equals, the first
   * @param jaccard how similar they are
   */
  record LostDocument(String node, String stays, double jaccard) {}

  /** The next pair; {@code low} is no smaller than that of the pair before. */
  void add(String low, String high, double jaccard) {
    if (!lost.containsKey(low)) {
      lost.merge(
          high,
          new LostDocument(high, low, jaccard),
          (known, next) -> next.jaccard() > known.jaccard() ? next : known);
    }
  }

  /** What is lost, when all pairs have passed, in no order. */
  Stream<LostDocument> lost() {
    return lost.values().stream();
  }
}
