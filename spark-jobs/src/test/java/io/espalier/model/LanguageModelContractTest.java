package io.espalier.model;

import static io.espalier.model.ParameterState.FIRST_MOMENT;
import static io.espalier.model.ParameterState.GRADIENT;
import static io.espalier.model.ParameterState.SECOND_MOMENT;
import static io.espalier.model.ParameterState.WEIGHTS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.torch.Precision;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every architecture's model promises. */
final class LanguageModelContractTest {
  private static final int VOCABULARY = 61;
  private static final int LENGTH = 10;
  private static final AdamWStep FIRST_STEP = step(1, 1e-3);

  /** A small one of each; a new architecture is added here. */
  private static final Map<Class<?>, Architecture> SMALL = Map.of(Gpt2.class, new Gpt2(2, 24, 3));

  static Stream<Architecture> architectures() {
    return Arrays.stream(Architecture.class.getPermittedSubclasses()).map(SMALL::get);
  }

  @Test
  void everyArchitectureIsTested() {
    assertThat(SMALL.keySet())
        .containsExactlyInAnyOrder(Architecture.class.getPermittedSubclasses());
  }

  @ParameterizedTest
  @MethodSource("architectures")
  void theModelHasTheDeclaredParametersInTheDeclaredSizes(Architecture architecture) {
    try (LanguageModel model = build(architecture)) {
      assertThat(model.parameters()).isEqualTo(architecture.parameters(VOCABULARY, LENGTH));
      for (ParameterSpec parameter : model.parameters()) {
        for (ParameterState state : ParameterState.values()) {
          assertThat(model.get(state, parameter.name()).remaining())
              .isEqualTo(4 * parameter.elements());
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("architectures")
  void parametersWithWeightDecayComeFirstAndHaveTwoDimensions(Architecture architecture) {
    List<Boolean> decayed =
        architecture.parameters(VOCABULARY, LENGTH).stream().map(ParameterSpec::decayed).toList();
    assertThat(decayed.lastIndexOf(true)).isLessThan(decayed.indexOf(false));
    for (ParameterSpec parameter : architecture.parameters(VOCABULARY, LENGTH)) {
      assertThat(parameter.shape().size() >= 2).as(parameter.name()).isEqualTo(parameter.decayed());
    }
  }

  @ParameterizedTest
  @MethodSource("architectures")
  void whatIsSetComesBackAndNothingElseChanges(Architecture architecture) {
    try (LanguageModel model = initialized(architecture)) {
      for (ParameterState state : ParameterState.values()) {
        ParameterSpec second = model.parameters().get(1);
        double[] before = ModelNumbers.values(model, state, model.parameters().get(0).name());
        double[] values = new double[(int) second.elements()];
        Arrays.setAll(values, i -> i * 0.25);
        ModelNumbers.set(model, state, second.name(), values);
        assertThat(ModelNumbers.values(model, state, second.name())).containsExactly(values);
        assertThat(ModelNumbers.values(model, state, model.parameters().get(0).name()))
            .containsExactly(before);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("architectures")
  void buffersOfTheWrongLengthAndUnknownNamesAreRefused(Architecture architecture) {
    try (LanguageModel model = build(architecture)) {
      String name = model.parameters().get(0).name();
      assertThatThrownBy(() -> model.set(WEIGHTS, name, ByteBuffer.allocate(8)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(name)
          .hasMessageContaining("8 were given");
      assertThatThrownBy(() -> model.weights("lm_head.weight"))
          .hasMessage("lm_head.weight is no parameter of this model");
    }
  }

  @ParameterizedTest
  @MethodSource("architectures")
  void oneBatchIsLearntByHeart(Architecture architecture) {
    TokenBatch batch = ModelNumbers.batch(1, 2, LENGTH, VOCABULARY);
    double scale = 1.0 / batch.unmaskedTargets();
    try (LanguageModel model = initialized(architecture)) {
      double first = model.addGradients(batch, scale) * scale;
      assertThat(first).isCloseTo(Math.log(VOCABULARY), Offset.offset(0.2));
      double last = first;
      for (int step = 1; step <= 150; step++) {
        model.update(step(step, 1e-2));
        last = model.addGradients(batch, scale) * scale;
      }
      assertThat(last).isLessThan(0.05);
    }
  }

  @ParameterizedTest
  @MethodSource("architectures")
  void accumulatedMicroBatchesAreOneBigBatch(Architecture architecture) {
    TokenBatch whole = ModelNumbers.batch(2, 4, LENGTH, VOCABULARY);
    try (LanguageModel big = initialized(architecture, Precision.FLOAT64, false);
        LanguageModel accumulating = initialized(architecture, Precision.FLOAT64, false)) {
      double loss = big.addGradients(whole, 0.5);
      double sum = 0;
      for (int[] part : new int[][] {{0, 1}, {1, 3}, {3, 4}}) {
        TokenBatch micro = ModelNumbers.sequences(whole, part[0], part[1]);
        sum += accumulating.addGradients(micro, 0.5);
      }
      assertThat(sum).isCloseTo(loss, Offset.offset(1e-9));
      for (ParameterSpec parameter : big.parameters()) {
        assertThat(
                ModelNumbers.relativeError(
                    ModelNumbers.values(accumulating, GRADIENT, parameter.name()),
                    ModelNumbers.values(big, GRADIENT, parameter.name())))
            .as(parameter.name())
            .isLessThan(1e-12);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("architectures")
  void recomputeGivesTheSameBits(Architecture architecture) {
    TokenBatch batch = ModelNumbers.batch(3, 2, LENGTH, VOCABULARY);
    for (Precision precision : Precision.values()) {
      try (LanguageModel keeping = initialized(architecture, precision, false);
          LanguageModel recomputing = initialized(architecture, precision, true)) {
        assertThat(recomputing.addGradients(batch, 1)).isEqualTo(keeping.addGradients(batch, 1));
        assertThat(ModelNumbers.bits(recomputing, GRADIENT))
            .isEqualTo(ModelNumbers.bits(keeping, GRADIENT));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("architectures")
  void maskedTargetsCountForNothing(Architecture architecture) {
    TokenBatch all = ModelNumbers.batch(4, 2, LENGTH, VOCABULARY);
    long[] none = new long[all.tokens()];
    Arrays.fill(none, TokenBatch.MASKED);
    TokenBatch masked = new TokenBatch(2, LENGTH, all.inputs(), none);
    try (LanguageModel model = initialized(architecture)) {
      assertThat(model.addGradients(masked, 1)).isZero();
      assertThat(model.logProbabilities(masked)).containsOnly(0f);
      assertThat(ModelNumbers.bits(model, GRADIENT)).containsOnly(0);
    }
  }

  @ParameterizedTest
  @MethodSource("architectures")
  void theLossIsMinusTheSumOfTheLogProbabilities(Architecture architecture) {
    TokenBatch batch = ModelNumbers.batch(5, 3, LENGTH, VOCABULARY);
    try (LanguageModel model = initialized(architecture)) {
      double sum = 0;
      for (float logProbability : model.logProbabilities(batch)) {
        sum += logProbability;
      }
      assertThat(model.addGradients(batch, 1)).isCloseTo(-sum, Offset.offset(1e-3));
    }
  }

  @ParameterizedTest
  @MethodSource("architectures")
  void nextTokenLogitsAgreeWithLogProbabilitiesAndSumToOne(Architecture architecture) {
    TokenBatch batch = ModelNumbers.batch(6, 1, LENGTH, VOCABULARY);
    try (LanguageModel model = initialized(architecture)) {
      float[] logProbabilities = model.logProbabilities(batch);
      for (int position : new int[] {0, 4, LENGTH - 2}) {
        float[] logits = model.nextTokenLogits(Arrays.copyOf(batch.inputs(), position + 1));
        assertThat(logits).hasSize(VOCABULARY);
        double sum = 0;
        for (float logit : logits) {
          sum += Math.exp(logit);
        }
        double expected = logits[(int) batch.targets()[position]] - Math.log(sum);
        assertThat((double) logProbabilities[position]).isCloseTo(expected, Offset.offset(1e-5));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("architectures")
  void aTokenIsPredictedFromEarlierTokensOnly(Architecture architecture) {
    TokenBatch batch = ModelNumbers.batch(7, 1, LENGTH, VOCABULARY);
    long[] inputs = batch.inputs().clone();
    inputs[5] = (inputs[5] + 1) % VOCABULARY;
    TokenBatch changed = new TokenBatch(1, LENGTH, inputs, batch.targets());
    try (LanguageModel model = initialized(architecture)) {
      float[] before = model.logProbabilities(batch);
      float[] after = model.logProbabilities(changed);
      assertThat(Arrays.copyOf(after, 5)).containsExactly(Arrays.copyOf(before, 5));
      assertThat(after[5]).isNotEqualTo(before[5]);
    }
  }

  @ParameterizedTest
  @MethodSource("architectures")
  void trainingTwiceGivesTheSameBitsAlsoBesideAnotherModel(Architecture architecture)
      throws Exception {
    for (int threads : new int[] {1, 2}) {
      List<ByteBuffer> alone = train(architecture, 11, threads);
      ExecutorService pool = Executors.newFixedThreadPool(2);
      try {
        List<Callable<List<ByteBuffer>>> both =
            List.of(() -> train(architecture, 11, threads), () -> train(architecture, 12, threads));
        List<Future<List<ByteBuffer>>> results = pool.invokeAll(both);
        assertThat(results.get(0).get()).isEqualTo(alone);
        assertThat(results.get(1).get()).isNotEqualTo(alone);
      } finally {
        pool.shutdown();
      }
    }
  }

  /** Weights and moments after 20 steps. */
  private static List<ByteBuffer> train(Architecture architecture, long seed, int threads) {
    ModelOptions options = new ModelOptions(Precision.FLOAT32, false, "cpu", threads);
    try (LanguageModel model = architecture.build(VOCABULARY, LENGTH, options)) {
      model.initialize(seed);
      for (int step = 1; step <= 20; step++) {
        TokenBatch batch = ModelNumbers.batch(seed * 100 + step, 8, LENGTH, VOCABULARY);
        model.addGradients(batch, 1.0 / batch.unmaskedTargets());
        model.update(step(step, 1e-3));
      }
      List<ByteBuffer> bits = new ArrayList<>();
      for (ParameterState state : List.of(WEIGHTS, FIRST_MOMENT, SECOND_MOMENT)) {
        bits.add(ByteBuffer.wrap(ModelNumbers.bits(model, state)));
      }
      return bits;
    }
  }

  @ParameterizedTest
  @MethodSource("architectures")
  void trainingGoesOnFromCopiedWeightsAndMomentsBitForBit(Architecture architecture) {
    try (LanguageModel original = initialized(architecture);
        LanguageModel copy = build(architecture)) {
      TokenBatch batch = ModelNumbers.batch(8, 2, LENGTH, VOCABULARY);
      original.addGradients(batch, 0.1);
      original.update(FIRST_STEP);
      for (ParameterState state : List.of(WEIGHTS, FIRST_MOMENT, SECOND_MOMENT)) {
        original
            .parameters()
            .forEach(p -> copy.set(state, p.name(), original.get(state, p.name())));
      }
      for (LanguageModel model : List.of(original, copy)) {
        model.addGradients(batch, 0.1);
        model.update(step(2, 1e-3));
      }
      assertThat(ModelNumbers.bits(copy, WEIGHTS)).isEqualTo(ModelNumbers.bits(original, WEIGHTS));
    }
  }

  @ParameterizedTest
  @MethodSource("architectures")
  void anUpdateClearsTheGradientAndReportsItsNormBeforeClipping(Architecture architecture) {
    TokenBatch batch = ModelNumbers.batch(9, 2, LENGTH, VOCABULARY);
    try (LanguageModel model = initialized(architecture, Precision.FLOAT64, false)) {
      model.addGradients(batch, 1);
      double squares = 0;
      for (ParameterSpec parameter : model.parameters()) {
        for (double g : ModelNumbers.values(model, GRADIENT, parameter.name())) {
          squares += g * g;
        }
      }
      assertThat(model.update(FIRST_STEP)).isCloseTo(Math.sqrt(squares), Offset.offset(1e-9));
      assertThat(ModelNumbers.bits(model, GRADIENT)).containsOnly(0);
    }
  }

  @ParameterizedTest
  @MethodSource("architectures")
  void aGradientThatIsNotFiniteChangesNothing(Architecture architecture) {
    TokenBatch batch = ModelNumbers.batch(10, 2, LENGTH, VOCABULARY);
    try (LanguageModel model = initialized(architecture)) {
      model.addGradients(batch, 1);
      model.update(FIRST_STEP);
      byte[] weights = ModelNumbers.bits(model, WEIGHTS);
      byte[] moments = ModelNumbers.bits(model, SECOND_MOMENT);
      model.addGradients(batch, Double.NaN);
      assertThat(model.update(step(2, 1e-3))).isNaN();
      assertThat(ModelNumbers.bits(model, WEIGHTS)).isEqualTo(weights);
      assertThat(ModelNumbers.bits(model, SECOND_MOMENT)).isEqualTo(moments);
      assertThat(ModelNumbers.bits(model, GRADIENT)).containsOnly(0);
    }
  }

  @ParameterizedTest
  @MethodSource("architectures")
  void initialisationDependsOnSeedAndParameterNameOnly(Architecture architecture) {
    try (LanguageModel model = initialized(architecture);
        LanguageModel again = initialized(architecture);
        LanguageModel wide = initialized(architecture, Precision.FLOAT64, false)) {
      assertThat(ModelNumbers.bits(again, WEIGHTS)).isEqualTo(ModelNumbers.bits(model, WEIGHTS));
      again.initialize(21);
      assertThat(ModelNumbers.bits(again, WEIGHTS)).isNotEqualTo(ModelNumbers.bits(model, WEIGHTS));
      for (ParameterSpec parameter : model.parameters()) {
        double[] exact = ModelNumbers.values(wide, WEIGHTS, parameter.name());
        double[] rounded = ModelNumbers.values(model, WEIGHTS, parameter.name());
        assertThat(rounded).containsExactly(Arrays.stream(exact).map(x -> (float) x).toArray());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("architectures")
  void tokensAndLengthsThatTheModelCannotReadAreRefused(Architecture architecture) {
    try (LanguageModel model = initialized(architecture)) {
      assertThatThrownBy(() -> model.nextTokenLogits(new long[] {VOCABULARY}))
          .hasMessage("Token 61, but this model's vocabulary has 61");
      assertThatThrownBy(() -> model.nextTokenLogits(new long[LENGTH + 1]))
          .hasMessage("11 tokens in a sequence, but this model reads at most 10");
    }
  }

  private static AdamWStep step(long number, double learningRate) {
    return new AdamWStep(0.9, 0.95, 1e-8, 0.1, 1.0, learningRate, number);
  }

  private static LanguageModel build(Architecture architecture) {
    return architecture.build(
        VOCABULARY, LENGTH, new ModelOptions(Precision.FLOAT32, false, "cpu", 1));
  }

  private static LanguageModel initialized(Architecture architecture) {
    return initialized(architecture, Precision.FLOAT32, false);
  }

  private static LanguageModel initialized(
      Architecture architecture, Precision precision, boolean recompute) {
    ModelOptions options = new ModelOptions(precision, recompute, "cpu", 1);
    LanguageModel model = architecture.build(VOCABULARY, LENGTH, options);
    model.initialize(20);
    return model;
  }
}
