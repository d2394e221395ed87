package io.espalier.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SampleOrderTest {
  private static final List<DomainSequences> DOMAINS =
      List.of(
          new DomainSequences("legal", 50),
          new DomainSequences("poetry", 7),
          new DomainSequences("code", 1),
          new DomainSequences("science", 333));

  private static List<Long> sequencesOf(SampleOrder order, int domain, long samples) {
    List<Long> sequences = new ArrayList<>();
    for (long n = 0; n < samples; n++) {
      if (order.domain(n) == domain) {
        sequences.add(order.sequence(n));
      }
    }
    return sequences;
  }

  @Test
  void domainsAreBalancedUpToOneAtEveryMoment() {
    SampleOrder order = new SampleOrder(20, DOMAINS);
    int[] counts = new int[DOMAINS.size()];
    for (long n = 0; n < 2000; n++) {
      counts[order.domain(n)]++;
      int[] sorted = counts.clone();
      Arrays.sort(sorted);
      assertThat(sorted[sorted.length - 1] - sorted[0]).isLessThanOrEqualTo(1);
    }
  }

  @Test
  void roundsAreShuffled() {
    SampleOrder order = new SampleOrder(20, DOMAINS);
    Set<List<Integer>> rounds = new HashSet<>();
    for (long round = 0; round < 500; round++) {
      rounds.add(LongStream.range(4 * round, 4 * round + 4).mapToObj(order::domain).toList());
    }
    assertThat(rounds).as("all 24 orders of four domains").hasSize(24);
  }

  @Test
  void anEpochHoldsEverySequenceOnceAndTheNextOneInAnotherOrder() {
    SampleOrder order = new SampleOrder(20, DOMAINS);
    for (int domain = 0; domain < DOMAINS.size(); domain++) {
      int size = (int) DOMAINS.get(domain).sequences();
      List<Long> sequences = sequencesOf(order, domain, 4L * 2 * size);
      assertThat(sequences).hasSize(2 * size);
      List<Long> first = sequences.subList(0, size);
      List<Long> second = sequences.subList(size, 2 * size);
      assertThat(first)
          .containsExactlyInAnyOrderElementsOf(LongStream.range(0, size).boxed().toList());
      assertThat(second).containsExactlyInAnyOrderElementsOf(first);
      if (size > 5) {
        assertThat(second).isNotEqualTo(first);
      }
    }
  }

  @Test
  void anExpertGoesOnWhereTheSeedStopped() {
    SampleOrder seed = new SampleOrder(20, DOMAINS);
    SampleOrder expert = new SampleOrder(20, List.of(DOMAINS.get(3)));
    List<Long> ofSeed = sequencesOf(seed, 3, 4 * 100);
    List<Long> ofExpert = LongStream.range(100, 333).mapToObj(expert::sequence).toList();
    List<Long> together = new ArrayList<>(ofSeed);
    together.addAll(ofExpert);
    assertThat(together).hasSize(333).doesNotHaveDuplicates();
  }

  @Test
  void isAPureFunctionOfSeedAndNumber() {
    long[] forward = firstSamples(new SampleOrder(20, DOMAINS));
    SampleOrder again = new SampleOrder(20, DOMAINS);
    for (int n = forward.length - 1; n >= 0; n--) {
      assertThat(again.domain(n) * 1000L + again.sequence(n)).isEqualTo(forward[n]);
    }
    assertThat(firstSamples(new SampleOrder(21, DOMAINS))).isNotEqualTo(forward);
  }

  /** Checkpoints resume by this order: changing it is changing their format. */
  @Test
  void isTheOrderThatASecondImplementationComputes() throws IOException {
    JsonNode golden = golden("samples.json");
    List<DomainSequences> domains = new ArrayList<>();
    golden
        .path("domains")
        .properties()
        .forEach(d -> domains.add(new DomainSequences(d.getKey(), d.getValue().asLong())));
    SampleOrder order = new SampleOrder(golden.path("seed").asLong(), domains);
    JsonNode samples = golden.path("samples");
    assertThat(samples.size()).isEqualTo(64);
    for (int n = 0; n < samples.size(); n++) {
      assertThat(domains.get(order.domain(n)).domain()).isEqualTo(samples.get(n).get(0).asText());
      assertThat(order.sequence(n)).isEqualTo(samples.get(n).get(1).asLong());
    }
  }

  @Test
  void everySampleHasAKeyOfDropoutOfItsOwn() {
    SampleOrder order = new SampleOrder(20, DOMAINS);
    assertThat(LongStream.range(0, 4000).map(order::dropoutKey).distinct()).hasSize(4000);
    assertThat(new SampleOrder(21, DOMAINS).dropoutKey(0)).isNotEqualTo(order.dropoutKey(0));
  }

  @Test
  void anExpertDropsWhatItsDomainWouldDropInCompany() {
    SampleOrder order = new SampleOrder(20, DOMAINS);
    SampleOrder alone = new SampleOrder(20, List.of(DOMAINS.get(3)));
    for (long n = 0; n < 400; n++) {
      if (order.domain(n) == 3) {
        assertThat(alone.dropoutKey(n / 4)).isEqualTo(order.dropoutKey(n));
      }
    }
  }

  @Test
  void needsADomain() {
    assertThatThrownBy(() -> new SampleOrder(20, List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static JsonNode golden(String name) throws IOException {
    try (InputStream in = SampleOrderTest.class.getResourceAsStream("/golden/train/" + name)) {
      return new ObjectMapper().readTree(in);
    }
  }

  private static long[] firstSamples(SampleOrder order) {
    return LongStream.range(0, 1000)
        .map(n -> order.domain(n) * 1000L + order.sequence(n))
        .toArray();
  }
}
