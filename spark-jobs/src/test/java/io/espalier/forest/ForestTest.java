package io.espalier.forest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.config.ConfigException;
import java.util.List;
import java.util.Set;
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

  @Test
  void withoutADomainTheOthersStayAndItsExpertIsKeptAsRetired() {
    Forest forest = Forest.empty().with(List.of(expert("legal", "a"), expert("code", "b")));
    Forest smaller = forest.without(Set.of("legal"));
    assertThat(smaller.version()).isEqualTo(2);
    assertThat(smaller.active()).extracting(Expert::domain).containsExactly("code");
    assertThat(smaller.experts())
        .extracting(Expert::status)
        .containsExactly(ExpertStatus.RETIRED, ExpertStatus.ACTIVE);
  }

  @Test
  void theLastExpertStays() {
    Forest forest = Forest.empty().with(List.of(expert("legal", "a"), expert("code", "b")));
    assertThatThrownBy(() -> forest.without(Set.of("legal", "code")))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "code, legal can't be removed: the forest would have no expert left; forest add another domain first");
    Forest one = forest.without(Set.of("legal"));
    assertThatThrownBy(() -> one.without(Set.of("code"))).isInstanceOf(ConfigException.class);
  }

  @Test
  void rollingBackMakesANewVersionWithTheOldExperts() {
    Forest first = Forest.empty().with(List.of(expert("legal", "a1"), expert("code", "b1")));
    Forest second = first.with(List.of(expert("legal", "a2"), expert("press", "c1")));
    Forest third = second.without(Set.of("code"));
    Forest back = third.equalTo(first);
    assertThat(back.version()).isEqualTo(4);
    assertThat(back.hash()).isEqualTo(first.hash());
    assertThat(back.active()).extracting(Expert::hash).containsExactly("a1", "b1");
    assertThat(back.experts()).as("nothing is forgotten").hasSize(4);
    assertThat(back.equalTo(second).hash()).as("and forward again").isEqualTo(second.hash());
  }

  @Test
  void aCandidateTakesNoPartUntilItOrItsSuccessorJoins() {
    Forest first = Forest.empty().with(List.of(expert("legal", "a1"), expert("code", "b1")));
    Forest proposing = first.proposing(List.of(expert("legal", "a2")));
    assertThat(proposing.version()).isEqualTo(2);
    assertThat(proposing.hash()).isEqualTo(first.hash());
    assertThat(proposing.experts())
        .extracting(Expert::status)
        .containsExactly(ExpertStatus.ACTIVE, ExpertStatus.ACTIVE, ExpertStatus.CANDIDATE);
    Forest promoted = proposing.with(List.of(expert("legal", "a3")));
    assertThat(promoted.expert("legal").orElseThrow().hash()).isEqualTo("a3");
    assertThat(promoted.experts().get(2).status()).isEqualTo(ExpertStatus.RETIRED);
  }

  @Test
  void aDeletedExpertNeverComesBack() {
    Forest first = Forest.empty().with(List.of(expert("legal", "a1"), expert("code", "b1")));
    Forest deleted = first.deleting(Set.of("a1"), List.of("a1", "m1"));
    assertThat(deleted.version()).isEqualTo(2);
    assertThat(deleted.active()).extracting(Expert::domain).containsExactly("code");
    assertThat(deleted.experts().get(0).status()).isEqualTo(ExpertStatus.DELETED);
    assertThat(deleted.experts().get(0).deleted()).containsExactly("a1", "m1");
    assertThat(deleted.without(Set.of("legal")).experts().get(0).status())
        .isEqualTo(ExpertStatus.DELETED);
    assertThatThrownBy(() -> deleted.equalTo(first))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("an expert of version 1 is gone");
  }

  static Expert expert(String domain, String hash) {
    return Expert.active(domain, "expert/" + domain, hash, List.of("5eed"), 3, "seed", 1000);
  }
}
