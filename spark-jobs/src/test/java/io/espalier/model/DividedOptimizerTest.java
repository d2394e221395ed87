package io.espalier.model;

import static io.espalier.model.ParameterState.FIRST_MOMENT;
import static io.espalier.model.ParameterState.GRADIENT;
import static io.espalier.model.ParameterState.SECOND_MOMENT;
import static io.espalier.model.ParameterState.WEIGHTS;
import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.torch.Precision;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Data-parallel ranks that divide the optimizer hold a share of it each, and compute what ranks do
 * that hold all of it. That this is what one rank computes, {@link ParallelProofTest} shows.
 */
final class DividedOptimizerTest {
  private static final Gpt2 GPT2 = new Gpt2(2, 32, 4);
  private static final int VOCABULARY = 61;
  private static final int LENGTH = 8;
  private static final int SEQUENCES = 4;

  /** What gaps between the stretches take: at most 64 bytes per rank and stretch. */
  private static final long GAPS_BYTES = 64L * 4 * 3;

  @ParameterizedTest
  @CsvSource({
    "1, 2, false, FLOAT32",
    "1, 4, false, FLOAT32",
    "2, 2, true, FLOAT32",
    "1, 2, false, BFLOAT16",
    "2, 2, false, FLOAT64"
  })
  void whereNothingIsClippedEveryBitIsThatOfRanksThatHoldAllOfIt(
      int tensor, int data, boolean sequenceParallel, Precision precision) throws Exception {
    RankThreads whole = new RankThreads(tensor, data, sequenceParallel, false);
    RankThreads divided = new RankThreads(tensor, data, sequenceParallel, true);
    Map<ParameterState, byte[]> expected = whole.run(r -> trained(r, precision)).get(0);
    for (Map<ParameterState, byte[]> rank : divided.run(r -> trained(r, precision))) {
      for (ParameterState state : expected.keySet()) {
        assertThat(rank.get(state)).as(state.toString()).isEqualTo(expected.get(state));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 4})
  void eachRankHoldsItsShareOfTheMoments(int data) throws Exception {
    long all = new RankThreads(1, 1, false).run(r -> bytes(r, FIRST_MOMENT)).get(0);
    for (ParameterState moment : List.of(FIRST_MOMENT, SECOND_MOMENT)) {
      List<Long> bytes = new RankThreads(1, data, false, true).run(r -> bytes(r, moment));
      assertThat(bytes).allSatisfy(b -> assertThat(b).isEqualTo(bytes.get(0)));
      assertThat(bytes.get(0)).isBetween(all / data, (all + GAPS_BYTES) / data);
    }
    assertThat(new RankThreads(1, data, false, false).run(r -> bytes(r, FIRST_MOMENT)))
        .containsOnly(all);
  }

  @Test
  void aGradientThatIsNotFiniteOnOneRankChangesNothingOnAny() throws Exception {
    new RankThreads(1, 2, false, true)
        .run(
            ranks -> {
              try (LanguageModel model = build(ranks, Precision.FLOAT32)) {
                model.initialize(20);
                byte[] weights = ModelNumbers.bits(model, WEIGHTS);
                double scale = ranks.data().rank() == 1 ? Double.NaN : 1;
                model.addLastGradients(batch(ranks, 0), scale);
                assertThat(model.update(step(0))).isNaN();
                assertThat(ModelNumbers.bits(model, WEIGHTS)).isEqualTo(weights);
                assertThat(ModelNumbers.bits(model, FIRST_MOMENT)).containsOnly(0);
                assertThat(ModelNumbers.bits(model, GRADIENT)).containsOnly(0);
              }
              return true;
            });
  }

  @Test
  void tensorsThatOutliveAStepDoNotGrowInNumber() throws Exception {
    new RankThreads(1, 2, false, true)
        .run(
            ranks -> {
              try (LanguageModel model = build(ranks, Precision.FLOAT32)) {
                model.initialize(20);
                update(model, ranks, 0);
                int live = ((Gpt2Model) model).liveTensors();
                update(model, ranks, 1);
                ModelNumbers.bits(model, SECOND_MOMENT);
                assertThat(((Gpt2Model) model).liveTensors()).isEqualTo(live);
              }
              return true;
            });
  }

  private static long bytes(Ranks ranks, ParameterState state) {
    try (LanguageModel model = build(ranks, Precision.FLOAT32)) {
      model.initialize(20);
      update(model, ranks, 0);
      return ((Gpt2Model) model).bytes(state);
    }
  }

  private static Map<ParameterState, byte[]> trained(Ranks ranks, Precision precision) {
    Map<ParameterState, byte[]> all = new LinkedHashMap<>();
    try (LanguageModel model = build(ranks, precision)) {
      model.initialize(20);
      for (int step = 0; step < 5; step++) {
        update(model, ranks, step);
      }
      for (ParameterState state : List.of(WEIGHTS, FIRST_MOMENT, SECOND_MOMENT)) {
        all.put(state, ModelNumbers.bits(model, state));
      }
    }
    return all;
  }

  private static void update(LanguageModel model, Ranks ranks, int step) {
    model.addGradients(batch(ranks, 2 * step), 0.1);
    model.addLastGradients(batch(ranks, 2 * step + 1), 0.1);
    model.update(step(step));
  }

  private static TokenBatch batch(Ranks ranks, int number) {
    int each = SEQUENCES / ranks.data().size();
    int first = ranks.data().rank() * each;
    TokenBatch all = ModelNumbers.batch(number, SEQUENCES, LENGTH, VOCABULARY);
    return ModelNumbers.sequences(all, first, first + each);
  }

  private static AdamWStep step(int number) {
    return new AdamWStep(0.9, 0.95, 1e-8, 0.1, 0, 1e-3, number + 1);
  }

  private static LanguageModel build(Ranks ranks, Precision precision) {
    return GPT2.build(VOCABULARY, LENGTH, new ModelOptions(precision, false, "cpu", 1), ranks);
  }
}
