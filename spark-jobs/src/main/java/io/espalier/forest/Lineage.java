package io.espalier.forest;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which checkpoint was made from which, by the hashes of their manifests: names don't count, so
 * that a copy or a renamed folder is found too.
 *
 * @param nodes every checkpoint there is, in any order; copies have the same hash
 */
public record Lineage(List<Node> nodes) {

  /**
   * A checkpoint.
   *
   * @param name for people; decides nothing
   * @param hash of its manifest
   * @param parents hashes of the manifests it was made from; those may be gone
   */
  public record Node(String name, String hash, Set<String> parents) {
    public Node {
      parents = Set.copyOf(parents);
    }
  }

  public Lineage {
    nodes = List.copyOf(nodes);
  }

  /**
   * The checkpoints that are one of the given ones or were made from one, directly or through
   * others, in the order of the nodes.
   *
   * @param roots hashes; those of checkpoints that are gone count too
   */
  public List<Node> descendants(Set<String> roots) {
    Map<String, List<String>> children = new HashMap<>();
    for (Node node : nodes) {
      for (String parent : node.parents()) {
        children.computeIfAbsent(parent, p -> new ArrayList<>()).add(node.hash());
      }
    }
    Set<String> reached = new HashSet<>(roots);
    Deque<String> open = new ArrayDeque<>(roots);
    while (!open.isEmpty()) {
      for (String child : children.getOrDefault(open.remove(), List.of())) {
        if (reached.add(child)) {
          open.add(child);
        }
      }
    }
    return nodes.stream().filter(node -> reached.contains(node.hash())).toList();
  }
}
