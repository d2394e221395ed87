package io.espalier.prep;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.prep.RandomPairs.Pair;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GraphComponentsTest {
  @Test
  void eachNodeGetsTheSmallestThatAPathLeadsTo() {
    for (int seed = 0; seed < 300; seed++) {
      List<Pair> pairs = RandomPairs.of(seed);
      assertThat(components(pairs)).as("seed %d", seed).isEqualTo(byDefinition(pairs));
    }
  }

  @Test
  void aChainOfAHundredThousandIsOneComponent() {
    List<Pair> chain =
        IntStream.range(0, 100_000)
            .mapToObj(i -> new Pair("%06d".formatted(i), "%06d".formatted(i + 1), 0.9))
            .toList();

    Map<String, String> components = components(chain);

    assertThat(components).hasSize(100_000);
    assertThat(components.values()).containsOnly("000000");
  }

  private static Map<String, String> components(List<Pair> pairs) {
    var components = new GraphComponents();
    pairs.forEach(pair -> components.add(pair.low(), pair.high()));
    return components
        .members()
        .collect(Collectors.toMap(GraphComponents.Member::node, GraphComponents.Member::smallest));
  }

  /** Smaller names spread along the pairs until none does any more. */
  private static Map<String, String> byDefinition(List<Pair> pairs) {
    Map<String, String> smallest = new TreeMap<>();
    RandomPairs.nodes(pairs).forEach(node -> smallest.put(node, node));
    boolean changed = true;
    while (changed) {
      changed = false;
      for (Pair pair : pairs) {
        String low = smallest.getOrDefault(pair.low(), "");
        String high = smallest.getOrDefault(pair.high(), "");
        changed |= !low.equals(high);
        smallest.put(pair.low(), low.compareTo(high) < 0 ? low : high);
        smallest.put(pair.high(), low.compareTo(high) < 0 ? low : high);
      }
    }
    smallest.entrySet().removeIf(each -> each.getKey().equals(each.getValue()));
    return smallest;
  }
}
