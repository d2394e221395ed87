package io.espalier.prep;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which splits of which domains must be packed anew, and which have the windows already that they
 * would get.
 *
 * @param kept what went into the splits that stay
 * @param stale domain and split of those whose windows go: changed ones, new ones, and ones that
 *     have no document any more
 */
record Repacking(List<StreamTotals> kept, List<List<String>> stale) {

  /**
   * Compares the documents with those that were packed.
   *
   * @param recipe stands for everything but the documents
   * @param before what was noted with the windows that are there; empty if there are none
   */
  static Repacking of(
      String recipe, List<StreamDigest> documents, Optional<PackSequences.Summary> before) {
    Map<List<String>, StreamDigest> packed =
        new TreeMap<>(Comparator.comparing((List<String> key) -> String.join("/", key)));
    before
        .filter(summary -> summary.recipe().equals(recipe))
        .ifPresent(summary -> summary.digests().forEach(d -> packed.put(d.key(), d)));
    Set<List<String>> stale = new LinkedHashSet<>();
    Set<List<String>> same = new HashSet<>();
    for (StreamDigest digest : documents) {
      if (digest.equals(packed.get(digest.key()))) {
        same.add(digest.key());
      } else {
        stale.add(digest.key());
      }
    }
    List<StreamTotals> kept = new ArrayList<>();
    for (StreamTotals stream : before.map(PackSequences.Summary::streams).orElse(List.of())) {
      if (same.contains(stream.key())) {
        kept.add(stream);
      } else {
        stale.add(stream.key());
      }
    }
    return new Repacking(kept, List.copyOf(stale));
  }

  /** Whether no window of the table stays. */
  boolean isWhole() {
    return kept.isEmpty();
  }
}
