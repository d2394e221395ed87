package io.espalier.model;

import static io.espalier.model.ParameterState.FIRST_MOMENT;
import static io.espalier.model.ParameterState.GRADIENT;
import static io.espalier.model.ParameterState.SECOND_MOMENT;
import static io.espalier.model.ParameterState.WEIGHTS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.config.ConfigException;
import io.espalier.torch.Precision;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A model that is computed by many ranks is the model that one rank computes: losses, logits, every
 * gradient, and every parameter after ten updates. And the proof can fail: without any one of the
 * exchanges between ranks it does.
 */
final class ParallelProofTest {
  private static final Gpt2 GPT2 = new Gpt2(2, 32, 4);
  private static final Gpt2 DROPPING = new Gpt2(2, 32, 4, 0.1, 0.2, 0.3, false);

  /** Neither divisible by the number of ranks nor by the padding's unit. */
  private static final int VOCABULARY = 61;

  private static final int LENGTH = 8;
  private static final int SEQUENCES = 4;
  private static final int STEPS = 10;
  private static final long SEED = 20;

  /** Relative to the tensor's largest magnitude. */
  private static final double FLOAT64_BOUND = 1e-10;

  private static final double FLOAT32_BOUND = 2e-4;

  /** AdamW turns rounding noise in gradients near zero into steps of the learning rate's size. */
  private static final double FLOAT32_WEIGHTS_BOUND = 2e-2;

  /** Everything that is compared, by name. */
  private record Outcome(Map<String, double[]> values) {
    /** The largest difference, relative to the largest magnitude of its tensor. */
    double distance(Outcome other) {
      double largest = 0;
      for (Map.Entry<String, double[]> entry : values.entrySet()) {
        largest = Math.max(largest, distance(entry.getKey(), other));
      }
      return largest;
    }

    double distance(String name, Outcome other) {
      double[] mine = Objects.requireNonNull(values.get(name));
      double[] theirs = Objects.requireNonNull(other.values.get(name));
      double magnitude = Arrays.stream(theirs).map(Math::abs).max().orElse(0);
      double difference = 0;
      for (int i = 0; i < theirs.length; i++) {
        difference = Math.max(difference, Math.abs(mine[i] - theirs[i]));
      }
      return Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference / magnitude;
    }
  }

  static Stream<Arguments> layouts() {
    List<Arguments> all = new ArrayList<>();
    for (int tensor : new int[] {1, 2, 4}) {
      for (int data : new int[] {1, 2}) {
        for (boolean sequenceParallel : new boolean[] {false, true}) {
          for (boolean recompute : new boolean[] {false, true}) {
            boolean serial = tensor * data == 1;
            if (!serial && (tensor > 1 || !sequenceParallel)) {
              all.add(Arguments.of(tensor, data, sequenceParallel, recompute));
            }
          }
        }
      }
    }
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("layouts")
  void manyRanksComputeWhatOneComputes(
      int tensor, int data, boolean sequenceParallel, boolean recompute) throws Exception {
    RankThreads threads = new RankThreads(tensor, data, sequenceParallel);
    assertSameInFloat64(GPT2, threads, recompute);
    Outcome serial = serial(GPT2, Precision.FLOAT32);
    for (Outcome rank : parallel(GPT2, threads, Precision.FLOAT32, recompute, Set.of())) {
      for (String name : serial.values.keySet()) {
        assertThat(rank.distance(name, serial))
            .as(name)
            .isLessThan(name.startsWith("weights") ? FLOAT32_WEIGHTS_BOUND : FLOAT32_BOUND);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("layouts")
  void manyRanksDropWhatOneDrops(int tensor, int data, boolean sequenceParallel, boolean recompute)
      throws Exception {
    RankThreads threads = new RankThreads(tensor, data, sequenceParallel);
    assertSameInFloat64(DROPPING, threads, recompute);
  }

  @Test
  void manyRanksSeeWhatOneSees() throws Exception {
    Gpt2 within = new Gpt2(2, 32, 4, 0, 0, 0, true);
    assertSameInFloat64(within, new RankThreads(2, 1, true), true);
  }

  @ParameterizedTest
  @CsvSource({"1, 2, false", "1, 4, false", "2, 2, false", "2, 2, true"})
  void ranksThatDivideTheOptimizerComputeWhatOneComputes(
      int tensor, int data, boolean sequenceParallel) throws Exception {
    assertSameInFloat64(GPT2, new RankThreads(tensor, data, sequenceParallel, true), false);
  }

  private static void assertSameInFloat64(Gpt2 gpt2, RankThreads threads, boolean recompute)
      throws Exception {
    Outcome serial = serial(gpt2, Precision.FLOAT64);
    for (Outcome rank : parallel(gpt2, threads, Precision.FLOAT64, recompute, Set.of())) {
      for (String name : serial.values.keySet()) {
        assertThat(rank.distance(name, serial)).as(name).isLessThan(FLOAT64_BOUND);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Site.class)
  void withoutAnyOneExchangeTheProofFails(Site site) throws Exception {
    RankThreads threads = new RankThreads(2, 1, true);
    Outcome serial = serial(GPT2, Precision.FLOAT64);
    List<Outcome> ranks = parallel(GPT2, threads, Precision.FLOAT64, false, EnumSet.of(site));
    assertThat(ranks).anySatisfy(rank -> assertThat(rank.distance(serial)).isGreaterThan(1e-4));
  }

  @Test
  void aNewModelIsTheSameWhoeverHoldsIt() throws Exception {
    for (Precision precision : Precision.values()) {
      byte[] serial = bits(precision, Ranks.serial());
      for (int tensor : new int[] {2, 4}) {
        RankThreads threads = new RankThreads(tensor, 1, false);
        assertThat(threads.run(ranks -> bits(precision, ranks)))
            .allSatisfy(bits -> assertThat(bits).isEqualTo(serial));
      }
    }
  }

  private static byte[] bits(Precision precision, Ranks ranks) {
    try (LanguageModel model = build(precision, false, ranks)) {
      model.initialize(SEED);
      return ModelNumbers.bits(model, WEIGHTS);
    }
  }

  @Test
  void parametersAndMomentsMoveBetweenAnyNumbersOfRanksBitForBit() throws Exception {
    List<RankThreads> layouts =
        List.of(
            new RankThreads(1, 1, false),
            new RankThreads(2, 1, false),
            new RankThreads(4, 1, false),
            new RankThreads(1, 2, false, true),
            new RankThreads(2, 4, false, true));
    for (RankThreads from : layouts) {
      List<Map<ParameterState, byte[]>> saved = from.run(ParallelProofTest::trained);
      for (RankThreads to : layouts) {
        List<Map<ParameterState, byte[]>> loaded = to.run(ranks -> loaded(ranks, saved.get(0)));
        for (ParameterState state : saved.get(0).keySet()) {
          assertThat(loaded)
              .allSatisfy(rank -> assertThat(rank.get(state)).isEqualTo(saved.get(0).get(state)));
        }
      }
    }
  }

  private static Map<ParameterState, byte[]> trained(Ranks ranks) {
    try (LanguageModel model = build(Precision.FLOAT32, false, ranks)) {
      model.initialize(SEED);
      step(model, ranks, 0);
      return checkpoint(model);
    }
  }

  private static Map<ParameterState, byte[]> loaded(
      Ranks ranks, Map<ParameterState, byte[]> saved) {
    try (LanguageModel model = build(Precision.FLOAT32, false, ranks)) {
      saved.forEach((state, bytes) -> ModelNumbers.setBits(model, state, bytes));
      return checkpoint(model);
    }
  }

  private static Map<ParameterState, byte[]> checkpoint(LanguageModel model) {
    Map<ParameterState, byte[]> all = new LinkedHashMap<>();
    for (ParameterState state : List.of(WEIGHTS, FIRST_MOMENT, SECOND_MOMENT)) {
      all.put(state, ModelNumbers.bits(model, state));
    }
    return all;
  }

  @Test
  void ranksThatWouldCutThroughAHeadAreRefused() throws Exception {
    new RankThreads(3, 1, false)
        .run(
            ranks -> {
              assertThatThrownBy(() -> build(Precision.FLOAT32, false, ranks))
                  .isInstanceOf(ConfigException.class)
                  .hasMessageStartingWith(
                      "heads is 4 but must be divisible by tensor_parallel_size (3)");
              return true;
            });
  }

  private static Outcome serial(Gpt2 gpt2, Precision precision) {
    return outcome(gpt2, precision, false, Ranks.serial(), Set.of());
  }

  private static List<Outcome> parallel(
      Gpt2 gpt2, RankThreads threads, Precision precision, boolean recompute, Set<Site> broken)
      throws Exception {
    return threads.run(ranks -> outcome(gpt2, precision, recompute, ranks, broken));
  }

  private static Outcome outcome(
      Gpt2 gpt2, Precision precision, boolean recompute, Ranks ranks, Set<Site> broken) {
    Map<String, double[]> values = new LinkedHashMap<>();
    ModelOptions options = new ModelOptions(precision, recompute, "cpu", 1);
    try (LanguageModel model = new Gpt2Model(gpt2, VOCABULARY, LENGTH, 5, options, ranks, broken)) {
      model.initialize(SEED);
      for (int step = 0; step < STEPS; step++) {
        TokenBatch own = ownBatch(ranks, step);
        double scale = scale(step);
        double loss = model.addLastGradients(own, scale) * scale;
        values.put("loss of step " + step, new double[] {Collectives.sum(ranks.data(), loss)});
        if (step == 0) {
          model.completeGradients();
          putAll(values, model, GRADIENT, "gradient of ");
        }
        values.put("norm of step " + step, new double[] {model.update(adamW(step))});
      }
      putAll(values, model, WEIGHTS, "weights of ");
      float[] logits = model.nextTokenLogits(Arrays.copyOf(batch(0).inputs(), LENGTH));
      values.put("logits", doubles(logits));
      values.put("log-probabilities", doubles(model.logProbabilities(batch(1))));
    }
    return new Outcome(values);
  }

  private static void step(LanguageModel model, Ranks ranks, int step) {
    model.addLastGradients(ownBatch(ranks, step), scale(step));
    model.update(adamW(step));
  }

  private static void putAll(
      Map<String, double[]> values, LanguageModel model, ParameterState state, String prefix) {
    for (ParameterSpec parameter : model.parameters()) {
      double[] numbers = ModelNumbers.values(model, state, parameter.name());
      if (parameter.name().endsWith("c_attn.bias")) {
        // In theory a key's bias changes nothing, so its gradient is rounding noise, which AdamW
        // turns into steps. It is left out here, and bounded by the logits that it might change.
        Arrays.fill(numbers, numbers.length / 3, 2 * numbers.length / 3, 0);
      }
      values.put(prefix + parameter.name(), numbers);
    }
  }

  /** The sequences that a data-parallel rank computes. */
  private static TokenBatch ownBatch(Ranks ranks, int step) {
    int each = SEQUENCES / ranks.data().size();
    int first = ranks.data().rank() * each;
    return ModelNumbers.sequences(batch(step), first, first + each);
  }

  private static TokenBatch batch(int step) {
    return ModelNumbers.batch(100 + step, SEQUENCES, LENGTH, VOCABULARY);
  }

  private static double scale(int step) {
    return 1.0 / batch(step).unmaskedTargets();
  }

  private static AdamWStep adamW(int step) {
    return new AdamWStep(0.9, 0.95, 1e-8, 0.1, 0.5, 1e-3 * (STEPS - step), step + 1);
  }

  private static LanguageModel build(Precision precision, boolean recompute, Ranks ranks) {
    return GPT2.build(VOCABULARY, LENGTH, new ModelOptions(precision, recompute, "cpu", 1), ranks);
  }

  private static double[] doubles(float[] values) {
    double[] wide = new double[values.length];
    Arrays.setAll(wide, i -> values[i]);
    return wide;
  }
}
