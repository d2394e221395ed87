package io.espalier.cli;

import io.espalier.checkpoint.CheckpointCatalogue;
import io.espalier.checkpoint.CheckpointCatalogue.Found;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which models have learnt from a split of a domain: those that train on it, and those that were
 * made from one of them. Which updates saw a document is not told: a split is gone through in an
 * order of its own for each model.
 */
final class ModelsOfDomain {
  private ModelsOfDomain() {}

  /**
   * A model by its newest checkpoint.
   *
   * @param itself false if it only began with, or was merged from, a model that has seen the text
   */
  record Model(String name, long step, String hash, boolean itself) {}

  /** The models, sorted by name; none where the split is only measured on. */
  static List<Model> of(CheckpointCatalogue catalogue, String domain, String split) {
    if (!split.startsWith("train")) {
      return List.of();
    }
    Set<String> trained = new HashSet<>();
    for (Found found : catalogue.found()) {
      if (trainsOn(found.name(), domain, split)) {
        trained.add(found.hash());
      }
    }
    Set<String> seen = withDescendants(catalogue.found(), trained);
    Map<String, Model> newest = new TreeMap<>();
    for (Found found : catalogue.found()) {
      if (seen.contains(found.hash())) {
        Model model =
            new Model(found.name(), step(found), found.hash(), trained.contains(found.hash()));
        newest.merge(found.name(), model, (a, b) -> a.step() >= b.step() ? a : b);
      }
    }
    return newest.values().stream().sorted(Comparator.comparing(Model::name)).toList();
  }

  /** The seed and the dense model train on the first training split of every domain. */
  private static boolean trainsOn(String name, String domain, String split) {
    boolean everything = name.equals("seed") || name.equals("dense");
    boolean first = name.equals("expert/" + domain);
    return split.equals("train") ? everything || first : name.startsWith("expert/" + domain + "@");
  }

  private static Set<String> withDescendants(List<Found> all, Set<String> trained) {
    Set<String> seen = new HashSet<>(trained);
    List<Found> left = new ArrayList<>(all);
    while (left.removeIf(
        found -> found.parents().stream().anyMatch(seen::contains) && add(seen, found))) {
      // Each round finds the children of those found before.
    }
    return seen;
  }

  private static boolean add(Set<String> seen, Found found) {
    seen.add(found.hash());
    return true;
  }

  private static long step(Found found) {
    String name = found.folder().substring(found.folder().lastIndexOf('/') + 1);
    return name.startsWith("step-") ? Long.parseLong(name.substring("step-".length())) : 0;
  }
}
