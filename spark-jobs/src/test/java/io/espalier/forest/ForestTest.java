package io.espalier.forest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ForestTest {

  @Test
  void aNewExpertRetiresItsPredecessorAndKeepsTheOthers() {
    Forest first = Forest.empty().with(List.of(expert("legal", "a1"), expert("code", "b1")));
    Forest second = first.with(List.of(expert("legal", "a2")));
    assertThat(second.version()).isEqualTo(2);
    assertThat(second.active()).extracting(Expert::hash).containsExactly("b1", "a2");
    assertThat(second.experts()).hasSize(3);
    assertThat(second.expert("legal")).map(Expert::hash).hasValue("a2");
    assertThat(second.expert("poetry")).isEmpty();
    assertThat(first.expert("legal")).map(Expert::hash).hasValue("a1");
  }

  @Test
  void twoActiveExpertsOfOneDomainAreRefused() {
    List<Expert> twice = List.of(expert("legal", "a"), expert("legal", "b"));
    assertThatThrownBy(() -> new Forest(1, twice))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("two active experts for domain legal");
  }

  @Test
  void itsHashIsOfTheActiveExpertsInAnyOrder() {
    Forest forest = Forest.empty().with(List.of(expert("legal", "a"), expert("code", "b")));
    Forest turned = Forest.empty().with(List.of(expert("code", "b"), expert("legal", "a")));
    assertThat(forest.hash()).hasSize(64).isEqualTo(turned.hash());
    assertThat(forest.with(List.of(expert("code", "c"))).hash()).isNotEqualTo(forest.hash());
  }

  private static Expert expert(String domain, String hash) {
    return new Expert(
        domain,
        "expert/" + domain,
        hash,
        List.of(new ParentCheckpoint("seed", "5eed")),
        3,
        ExpertStatus.ACTIVE);
  }
}
