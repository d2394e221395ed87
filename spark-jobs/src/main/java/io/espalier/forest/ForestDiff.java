package io.espalier.forest;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What distinguishes two versions of a forest.
 *
 * @param joined experts of domains that the first has none of
 * @param left experts of domains that the second has none of
 * @param replaced domains with another expert
 * @param kept experts that take part in both
 */
public record ForestDiff(
    List<Expert> joined, List<Expert> left, List<Replaced> replaced, List<Expert> kept) {

  /** A domain's expert in the first version and in the second. */
  public record Replaced(Expert before, Expert after) {}

  public ForestDiff {
    joined = List.copyOf(joined);
    left = List.copyOf(left);
    replaced = List.copyOf(replaced);
    kept = List.copyOf(kept);
  }

  /** From one version to another. */
  public static ForestDiff between(Forest first, Forest second) {
    List<Expert> joined = new ArrayList<>();
    List<Replaced> replaced = new ArrayList<>();
    List<Expert> kept = new ArrayList<>();
    for (Expert expert : second.active()) {
      Optional<Expert> before = first.expert(expert.domain());
      if (before.isEmpty()) {
        joined.add(expert);
      } else if (before.get().hash().equals(expert.hash())) {
        kept.add(expert);
      } else {
        replaced.add(new Replaced(before.get(), expert));
      }
    }
    List<Expert> left =
        first.active().stream().filter(e -> second.expert(e.domain()).isEmpty()).toList();
    return new ForestDiff(joined, left, replaced, kept);
  }

  public boolean isEmpty() {
    return joined.isEmpty() && left.isEmpty() && replaced.isEmpty();
  }
}
