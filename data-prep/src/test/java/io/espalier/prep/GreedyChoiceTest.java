package io.espalier.prep;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.prep.RandomPairs.Pair;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GreedyChoiceTest {
  @Test
  void keepsWhatAReaderKeepsWhoLooksBackAtAllThatWasKept() {
    for (int seed = 0; seed < 300; seed++) {
      List<Pair> pairs = RandomPairs.of(seed);
      assertThat(lost(pairs)).as("seed %d", seed).isEqualTo(byDefinition(pairs));
    }
  }

  @Test
  void ofAChainOfAHundredThousandRevisionsEverySecondGoes() {
    List<Pair> chain =
        IntStream.range(0, 100_000)
            .mapToObj(i -> new Pair("%06d".formatted(i), "%06d".formatted(i + 1), 0.9))
            .toList();

    Map<String, String> lost = lost(chain);

    assertThat(lost).hasSize(50_000).containsEntry("099999", "0.9 of 099998");
  }

  @Test
  void ofTwoEquallySimilarTheFirstIsNamed() {
    assertThat(
            lost(
                List.of(new Pair("a", "d", 0.8), new Pair("b", "d", 0.9), new Pair("c", "d", 0.9))))
        .containsExactly(Map.entry("d", "0.9 of b"));
  }

  private static Map<String, String> lost(List<Pair> pairs) {
    var choice = new GreedyChoice();
    pairs.forEach(pair -> choice.add(pair.low(), pair.high(), pair.jaccard()));
    return choice
        .lost()
        .collect(
            Collectors.toMap(
                GreedyChoice.LostDocument::node, each -> each.jaccard() + " of " + each.stays()));
  }

  private static Map<String, String> byDefinition(List<Pair> pairs) {
    Map<String, String> lost = new HashMap<>();
    TreeSet<String> kept = new TreeSet<>();
    for (String node : RandomPairs.nodes(pairs)) {
      pairs.stream()
          .filter(pair -> pair.high().equals(node) && kept.contains(pair.low()))
          .max(RandomPairs.NEAREST)
          .ifPresentOrElse(
              pair -> lost.put(node, pair.jaccard() + " of " + pair.low()), () -> kept.add(node));
    }
    return lost;
  }
}
