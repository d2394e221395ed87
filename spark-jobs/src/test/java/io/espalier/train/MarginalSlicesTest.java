package io.espalier.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.train.MarginalSlices.Next;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MarginalSlicesTest {
  private static final List<String> ABC = List.of("a", "b", "c");

  /** A slice that made the perplexity fall by so much in a second. */
  private static Slice done(Next next, double gain) {
    return new Slice(
        next.round(), next.roundSlices(), next.domain(), next.number(), 50, 50 - gain, 1);
  }

  private static double gain(Map<String, double[]> gains, Next slice) {
    return Objects.requireNonNull(gains.get(slice.domain()))[slice.number() - 1];
  }

  private static List<String> domains(List<Next> slices) {
    return slices.stream().map(Next::domain).toList();
  }

  /** Carries everything out, as a run with so many slots would. */
  private static List<Slice> all(MarginalSlices slices, int slots, Map<String, double[]> gains) {
    List<Slice> done = new ArrayList<>();
    for (List<Next> next = slices.next(done, slots);
        !next.isEmpty();
        next = slices.next(done, slots)) {
      next.forEach(n -> done.add(done(n, gain(gains, n))));
    }
    return done;
  }

  private static Map<String, double[]> randomGains(Random random, List<String> domains, int most) {
    Map<String, double[]> gains = new HashMap<>();
    domains.forEach(domain -> gains.put(domain, random.doubles(most, -1, 3).toArray()));
    return gains;
  }

  @Test
  void theFirstRoundGivesEachExpertOneSliceHoweverFewSlotsThereAre() {
    MarginalSlices slices = new MarginalSlices(ABC, 9);
    assertThat(slices.next(List.of(), 2))
        .containsExactly(
            new Next(1, 3, "a", 1, 0), new Next(1, 3, "b", 1, 0), new Next(1, 3, "c", 1, 0));
  }

  @Test
  void laterRoundsGiveOneToThoseWhoseLastSliceBroughtMost() {
    MarginalSlices slices = new MarginalSlices(ABC, 9);
    List<Slice> done = new ArrayList<>();
    List<Next> first = slices.next(done, 2);
    done.add(done(first.get(0), 1));
    done.add(done(first.get(1), 3));
    done.add(done(first.get(2), 2));
    List<Next> second = slices.next(done, 2);
    assertThat(second).containsExactly(new Next(2, 2, "b", 2, 3), new Next(2, 2, "c", 2, 3));
    done.add(done(second.get(0), 0.1));
    done.add(done(second.get(1), 1.5));
    assertThat(slices.next(done, 2))
        .as("a's only slice brought more than b's second")
        .containsExactly(new Next(3, 2, "c", 3, 5), new Next(3, 2, "a", 2, 5));
  }

  @Test
  void aFallIsCountedPerDeviceSecond() {
    MarginalSlices slices = new MarginalSlices(List.of("fast", "slow"), 4);
    List<Slice> done =
        List.of(new Slice(1, 2, "fast", 1, 50, 49, 0.1), new Slice(1, 2, "slow", 1, 50, 45, 10));
    assertThat(domains(slices.next(done, 1))).containsExactly("fast");
  }

  @Test
  void ofEqualGainsTheFirstDomainGoesFirst() {
    MarginalSlices slices = new MarginalSlices(ABC, 5);
    List<Slice> done = slices.next(List.of(), 2).stream().map(n -> done(n, 1)).toList();
    assertThat(domains(slices.next(done, 2))).containsExactly("a", "b");
  }

  @Test
  void whoseLossRisesComesLastButTheBudgetIsSpent() {
    MarginalSlices slices = new MarginalSlices(List.of("a"), 3);
    assertThat(all(slices, 4, Map.of("a", new double[] {-1, -2, -3}))).hasSize(3);
  }

  @Test
  void everyBudgetIsSpentWholeAndDecisionsFollowFromTheRowsAlone() {
    Random random = new Random(3);
    for (int i = 0; i < 300; i++) {
      List<String> domains =
          IntStream.rangeClosed(1, 1 + random.nextInt(6)).mapToObj(n -> "d" + n).toList();
      int total = domains.size() + random.nextInt(20);
      MarginalSlices slices = new MarginalSlices(domains, total);
      int slots = 1 + random.nextInt(5);
      List<Slice> done = all(slices, slots, randomGains(random, domains, total));
      assertThat(done).hasSize(total);
      Map<String, Integer> decided = slices.decided(done);
      assertThat(decided.keySet()).containsExactlyElementsOf(domains);
      assertThat(decided.values()).allMatch(n -> n >= 1);
      assertThat(decided.values().stream().mapToInt(n -> n).sum()).isEqualTo(total);
      List<Slice> shuffled = new ArrayList<>(done);
      Collections.shuffle(shuffled, random);
      assertThat(slices.next(shuffled, 1 + random.nextInt(5))).isEmpty();
      assertThat(slices.decided(shuffled)).isEqualTo(decided);
    }
  }

  @Test
  void aRunThatLostItsNewestRowsDecidesTheSameWhateverItsSlots() {
    Random random = new Random(5);
    for (int i = 0; i < 300; i++) {
      List<String> domains =
          IntStream.rangeClosed(1, 1 + random.nextInt(5)).mapToObj(n -> "d" + n).toList();
      int total = domains.size() + random.nextInt(12);
      MarginalSlices slices = new MarginalSlices(domains, total);
      Map<String, double[]> gains = randomGains(random, domains, total);
      int slots = 1 + random.nextInt(4);
      List<Slice> done = all(slices, slots, gains);
      int kept = random.nextInt(total);
      List<Slice> left = new ArrayList<>(done.subList(0, kept));
      assertThat(slices.decided(left)).isEmpty();
      Slice lost = done.get(kept);
      boolean roundHasRows = left.stream().anyMatch(slice -> slice.round() == lost.round());
      List<Next> next = slices.next(left, roundHasRows ? 1 + random.nextInt(4) : slots);
      List<Slice> again = next.stream().map(n -> done(n, gain(gains, n))).toList();
      assertThat(again)
          .isEqualTo(
              done.subList(kept, total).stream()
                  .filter(slice -> slice.round() == lost.round())
                  .toList());
    }
  }

  @Test
  void moreOrFewerSlotsAfterAnInterruptionChangeLaterRoundsOnly() {
    MarginalSlices slices = new MarginalSlices(ABC, 8);
    List<Slice> done = new ArrayList<>();
    slices.next(done, 1).forEach(n -> done.add(done(n, 1)));
    done.add(done(slices.next(done, 1).get(0), 1));
    assertThat(slices.next(done, 3)).hasSize(3).allMatch(next -> next.round() == 3);
  }
}
