package io.espalier.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.config.ConfigException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SeedMixtureTest {
  private static final List<DomainSequences> DOMAINS =
      List.of(
          new DomainSequences("law", 900),
          new DomainSequences("code", 90),
          new DomainSequences("chat", 10));

  @Test
  void aRoundHoldsEachDomainAsItsWeightSaysAndOnceAtLeast() {
    assertThat(samples(new BalancedMixture())).containsExactly(1, 1, 1);
    assertThat(samples(new ProportionalMixture())).containsExactly(115, 12, 1);
    assertThat(samples(new TemperatureMixture(1))).isEqualTo(samples(new ProportionalMixture()));
    assertThat(SampleRound.of(new TemperatureMixture(0).mix(DOMAINS.subList(0, 2))).length())
        .isEqualTo(2);
    assertThat(samples(new GivenMixture(Map.of("law", 1.0, "code", 2.0, "chat", 1.0))))
        .containsExactly(32, 64, 32);
  }

  @Test
  void theOrderKeepsTheWeightsAndTakesEverySequenceOncePerEpoch() {
    SampleOrder order = new SampleOrder(20, new ProportionalMixture().mix(DOMAINS));
    long samples = 128L * 20;
    List<List<Long>> seen = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    LongStream.range(0, samples).forEach(n -> seen.get(order.domain(n)).add(order.sequence(n)));

    assertThat(seen.get(0)).hasSize(115 * 20);
    assertThat(seen.get(1)).hasSize(12 * 20);
    assertThat(seen.get(2)).hasSize(20);
    // In the order of places, not of numbers: an epoch ends within a round, so all but a round's.
    assertThat(seen.get(2).subList(0, 10)).doesNotHaveDuplicates();
    assertThat(seen.get(1).stream().distinct()).hasSize(90);
    assertThat(seen.get(0).stream().distinct()).hasSize(900);
    assertThat(LongStream.range(0, samples).map(order::dropoutKey).distinct())
        .hasSize((int) samples);
  }

  @Test
  void anExpertGoesOnWithWhatTheMixedSeedHasNotSeen() {
    SampleOrder seed = new SampleOrder(20, new ProportionalMixture().mix(DOMAINS));
    SampleOrder expert = new SampleOrder(20, List.of(DOMAINS.get(0)));
    List<Long> together = new ArrayList<>();
    LongStream.range(0, 5 * 128)
        .filter(n -> seed.domain(n) == 0)
        .forEach(n -> together.add(seed.sequence(n)));
    LongStream.range(5 * 115, 900).forEach(n -> together.add(expert.sequence(n)));

    assertThat(together).hasSize(900).doesNotHaveDuplicates();
  }

  @Test
  void weightsOfOtherDomainsThanThoseTrainedOnAreRefused() {
    GivenMixture mixture = new GivenMixture(Map.of("law", 1.0, "code", 2.0, "poems", 1.0));

    assertThatThrownBy(() -> mixture.mix(DOMAINS))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "training.seed_mixture.weights names [code, law, poems] but must name each training domain: chat, code, law");
    assertThatThrownBy(() -> mixture.requireKnown(DOMAINS))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "training.seed_mixture.weights names poems but the training domains are chat, code, law");
  }

  private static List<Integer> samples(SeedMixture mixture) {
    return mixture.mix(DOMAINS).stream().map(DomainSequences::samplesPerRound).toList();
  }
}
