package io.espalier.prep;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Connected components by union-find (Tarjan 1975) of edges that come sorted by their lower node.
 * Nodes are numbered as they first occur, so the smallest of a component has its smallest number: a
 * node of the component that occurred before it would have had a smaller one beside it. So names
 * are never compared. About 200 bytes of memory a node. Used by one thread.
 */
final class GraphComponents {
  private final Map<String, Integer> numbers = new HashMap<>();
  private final List<String> names = new ArrayList<>();

  /** Of each node, one with a smaller number in its component; itself where there is none. */
  private int[] parents = new int[16];

  /** A node and the smallest of its component, which is another. */
  record Member(String node, String smallest) {}

  /** The next edge; {@code low} is no smaller than that of the edge before. */
  void add(String low, String high) {
    int one = root(number(low));
    int other = root(number(high));
    parents[Math.max(one, other)] = Math.min(one, other);
  }

  /** All nodes but the smallest of each component, when all edges have passed. */
  Stream<Member> members() {
    return IntStream.range(0, names.size())
        .filter(node -> parents[node] != node)
        .mapToObj(node -> new Member(names.get(node), names.get(root(node))));
  }

  private int number(String name) {
    Integer known = numbers.putIfAbsent(name, names.size());
    if (known != null) {
      return known;
    }
    int next = names.size();
    names.add(name);
    if (next == parents.length) {
      parents = Arrays.copyOf(parents, next * 2);
    }
    parents[next] = next;
    return next;
  }

  /** Halves the path on its way. */
  private int root(int node) {
    int at = node;
    while (parents[at] != at) {
      parents[at] = parents[parents[at]];
      at = parents[at];
    }
    return at;
  }
}
