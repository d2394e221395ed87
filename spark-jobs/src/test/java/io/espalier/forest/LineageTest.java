package io.espalier.forest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class LineageTest {
  @Test
  void whatWasMadeFromItDirectlyOrThroughOthersDescends() {
    Lineage lineage =
        new Lineage(
            List.of(
                node("seed"),
                node("legal", "seed"),
                node("code", "seed"),
                node("average", "legal", "code"),
                node("math", "average"),
                node("of averages", "math")));
    assertThat(names(lineage, Set.of("legal")))
        .containsExactly("legal", "average", "math", "of averages");
    assertThat(names(lineage, Set.of("seed"))).hasSize(6);
    assertThat(names(lineage, Set.of("unknown"))).isEmpty();
  }

  @Test
  void aCopyUnderAnotherNameAndChildrenOfWhatIsGoneAreFound() {
    Lineage lineage =
        new Lineage(
            List.of(
                new Lineage.Node("average", "a1", Set.of("gone")),
                new Lineage.Node("innocent/copy", "a1", Set.of("gone")),
                node("other", "seed")));
    assertThat(names(lineage, Set.of("gone"))).containsExactly("average", "innocent/copy");
  }

  /** Against the definition: a node descends if it is a root or one of its parents descends. */
  @RepeatedTest(40)
  void itIsTheClosureOfParenthoodInAnyOrder(RepetitionInfo info) {
    Random random = new Random(info.getCurrentRepetition());
    List<Lineage.Node> nodes = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      Set<String> parents = new HashSet<>();
      for (int p = random.nextInt(3); p > 0 && i > 0; p--) {
        parents.add("n" + random.nextInt(i));
      }
      nodes.add(new Lineage.Node("n" + i, "n" + i, parents));
    }
    Set<String> roots =
        new HashSet<>(List.of("n" + random.nextInt(30), "n" + random.nextInt(30), "elsewhere"));
    Set<String> expected = new HashSet<>();
    for (Lineage.Node node : nodes) { // Parents come before children here.
      if (roots.contains(node.hash()) || !Collections.disjoint(node.parents(), expected)) {
        expected.add(node.hash());
      }
    }
    Collections.shuffle(nodes, random);
    assertThat(names(new Lineage(nodes), roots)).containsExactlyInAnyOrderElementsOf(expected);
  }

  private static Lineage.Node node(String name, String... parents) {
    return new Lineage.Node(name, name, Set.of(parents));
  }

  private static List<String> names(Lineage lineage, Set<String> roots) {
    return lineage.descendants(roots).stream().map(Lineage.Node::name).toList();
  }
}
