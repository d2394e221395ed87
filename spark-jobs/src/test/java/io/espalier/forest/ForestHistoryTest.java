package io.espalier.forest;

import static io.espalier.forest.ForestTest.expert;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.config.ConfigException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ForestHistoryTest {
  private static final Forest FIRST =
      Forest.empty().with(List.of(expert("legal", "a1"), expert("code", "b1")));
  private static final Forest SECOND = FIRST.with(List.of(expert("press", "c1")));
  private static final Forest THIRD = SECOND.without(Set.of("code"));
  private static final Forest BACK = THIRD.equalTo(FIRST);

  @Test
  void aVersionThatIsNotThereIsRefusedWithThoseThatAre() {
    assertThatThrownBy(() -> history(FIRST, SECOND).at(3))
        .isInstanceOf(ConfigException.class)
        .hasMessage("The forest has no version 3; it has the versions 1 to 2");
    assertThatThrownBy(() -> history().at(1))
        .hasMessage("The forest has no version 1; it has none");
    assertThat(history(FIRST, SECOND).at(2).forest()).isEqualTo(SECOND);
  }

  @Test
  void aGapBetweenVersionsIsABug() {
    assertThatThrownBy(() -> history(FIRST, THIRD)).hasMessageContaining("no version 2");
  }

  @Test
  void withoutVersionsItIsTheEmptyForest() {
    assertThat(history().latest()).isEqualTo(Forest.empty());
    assertThat(history().firstLikeLatest()).isZero();
    assertThat(history().withdrawnDomains()).isEmpty();
  }

  @Test
  void averagesAreNamedAfterTheOldestVersionWithTheSameExperts() {
    assertThat(history(FIRST, SECOND).firstLikeLatest()).isEqualTo(2);
    assertThat(history(FIRST, SECOND, THIRD, BACK).firstLikeLatest()).isEqualTo(1);
  }

  @Test
  void withdrawnDomainsHadAnExpertOnce() {
    assertThat(history(FIRST, SECOND, THIRD).withdrawnDomains()).containsExactly("code");
    assertThat(history(FIRST, SECOND, THIRD, BACK).withdrawnDomains()).containsExactly("press");
    assertThat(history(FIRST, SECOND, THIRD).lastWith("code")).isEqualTo(SECOND);
    assertThat(history(FIRST, SECOND, THIRD).lastWith("unknown")).isEqualTo(THIRD);
  }

  @Test
  void theNextExpertOfADomainHasANameOfItsOwn() {
    ForestHistory history = history(FIRST, SECOND, THIRD);
    assertThat(history.nextSuffix("poetry")).isEmpty();
    assertThat(history.nextSuffix("code")).as("a retired one counts").isEqualTo("@2");
    Forest replaced = THIRD.with(List.of(expert("code", "b2")));
    assertThat(history(FIRST, SECOND, THIRD, replaced).nextSuffix("code")).isEqualTo("@3");
  }

  @Test
  void expertsComeInTheOrderInWhichTheyJoinedHoweverTheirRowsLie() {
    List<ForestVersion> shuffled = new ArrayList<>();
    for (Forest forest : List.of(THIRD, FIRST, SECOND)) {
      List<Expert> experts = new ArrayList<>(forest.experts());
      java.util.Collections.reverse(experts);
      shuffled.add(version(new Forest(forest.version(), experts)));
    }
    assertThat(ForestHistory.inOrderOfJoining(shuffled).latest().experts())
        .extracting(Expert::domain)
        .containsExactly("code", "legal", "press");
  }

  @Test
  void aDiffOfAVersionWithItselfIsEmptyAndTurnedAroundItIsMirrored() {
    Forest replaced = SECOND.with(List.of(expert("legal", "a2"))).without(Set.of("code"));
    for (Forest one : List.of(FIRST, SECOND, THIRD, BACK, replaced)) {
      assertThat(ForestDiff.between(one, one).isEmpty()).isTrue();
      for (Forest other : List.of(FIRST, SECOND, THIRD, BACK, replaced)) {
        ForestDiff there = ForestDiff.between(one, other);
        ForestDiff back = ForestDiff.between(other, one);
        assertThat(there.joined()).containsExactlyInAnyOrderElementsOf(back.left());
        assertThat(there.replaced()).hasSameSizeAs(back.replaced());
        assertThat(there.joined().size() + there.replaced().size() + there.kept().size())
            .isEqualTo(other.active().size());
      }
    }
    ForestDiff diff = ForestDiff.between(FIRST, replaced);
    assertThat(diff.joined()).extracting(Expert::domain).containsExactly("press");
    assertThat(diff.left()).extracting(Expert::domain).containsExactly("code");
    assertThat(diff.replaced()).extracting(r -> r.after().hash()).containsExactly("a2");
    assertThat(ForestDiff.between(FIRST, BACK).isEmpty()).isTrue();
  }

  private static ForestHistory history(Forest... forests) {
    return new ForestHistory(
        java.util.Arrays.stream(forests).map(ForestHistoryTest::version).toList());
  }

  private static ForestVersion version(Forest forest) {
    return new ForestVersion(forest, Instant.EPOCH, "made");
  }
}
