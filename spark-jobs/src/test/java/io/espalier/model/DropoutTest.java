package io.espalier.model;

import static io.espalier.model.ParameterState.GRADIENT;
import static io.espalier.model.ParameterState.WEIGHTS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.espalier.config.ConfigException;
import io.espalier.torch.ComputeDevice;
import io.espalier.torch.Precision;
import io.espalier.torch.ScriptModule;
import io.espalier.torch.Tensor;
import io.espalier.torch.TensorScope;
import io.espalier.torch.TorchRuntime;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What dropout drops is a pure function of a sequence's key: as much as the rate says, elsewhere
 * for another key, place, layer and element, and nothing outside of training. That ranks drop what
 * one rank drops, {@link ParallelProofTest} shows.
 */
final class DropoutTest {
  private static final int VOCABULARY = 61;
  private static final int LENGTH = 10;
  private static final int HEADS = 3;

  /** A fair test fails by chance once in two million times. */
  private static final double DEVIATIONS = 5;

  @ParameterizedTest
  @ValueSource(doubles = {0.001, 0.1, 0.5, 0.9})
  void asManyElementsAreDroppedAsTheRateSaysAndTheOthersAreScaled(double rate) {
    float[] kept = rows(rate, new long[] {1, 2, 3, 4}, 64, 96);
    int dropped = 0;
    for (float value : kept) {
      dropped += value == 0 ? 1 : 0;
      if (value != 0) {
        assertThat((double) value).isCloseTo(1 / (1 - rate), within(1e-6 / (1 - rate)));
      }
    }
    assertShare(dropped, kept.length, rate);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.1, 0.5})
  void asManyAttentionProbabilitiesAreDroppedInEveryHead(double rate) {
    int length = 65;
    boolean[] dropped = pairs(rate, new long[] {7, 8}, length);
    int perHead = length * length;
    for (int first = 0; first < dropped.length; first += perHead) {
      assertShare(count(Arrays.copyOfRange(dropped, first, first + perHead)), perHead, rate);
    }
  }

  /**
   * Two masks of rate p agree at p² + (1 − p)² of the elements, if they know nothing of another.
   */
  @Test
  void sequencesRowsColumnsAndHeadsDropIndependently() {
    double rate = 0.3;
    int length = 64;
    int width = 96;
    float[] rows = rows(rate, new long[] {1, 2}, length, width);
    assertIndependent(rows, length * width, rate); // the other sequence
    assertIndependent(rows, width, rate); // the next position
    assertIndependent(rows, 1, rate); // the next element, often of the same 64 bits
    boolean[] pairs = pairs(rate, new long[] {1, 2}, length);
    float[] probabilities = new float[pairs.length];
    for (int i = 0; i < pairs.length; i++) {
      probabilities[i] = pairs[i] ? 0 : 1;
    }
    assertIndependent(probabilities, length * length, rate); // the next head
    assertIndependent(probabilities, length, rate);
    assertIndependent(probabilities, 1, rate);
  }

  /** Trainings go on by these bits: other ones would be another format of checkpoints. */
  @Test
  void bitsAreThoseOfSplitMix64CountedByPlace() {
    double rate = 0.3;
    long[] keys = {42, -7};
    int length = 5;
    int width = 7;
    float[] rows = rows(rate, keys, length, width);
    boolean[] pairs = pairs(rate, keys, length);
    for (int i = 0; i < rows.length; i++) {
      long counter = (long) (i / width % length) << 20;
      assertThat(rows[i] == 0)
          .isEqualTo(dropped(rate, keys[i / width / length], counter, i % width));
    }
    for (int i = 0; i < pairs.length; i++) {
      long head = i / length / length % HEADS;
      long counter = (head << 40) + ((long) (i / length % length) << 20);
      assertThat(pairs[i])
          .isEqualTo(dropped(rate, keys[i / length / length / HEADS], counter, i % length));
    }
  }

  private static boolean dropped(double rate, long key, long counter, int element) {
    long bits = NormalStream.mix(key + (counter + element / 2) * NormalStream.GOLDEN_GAMMA);
    int number = element % 2 == 0 ? (int) (bits >>> 32) : (int) bits;
    return (number + 0x1p31) / 0x1p32 < rate;
  }

  @Test
  void everyPlaceOfTheModelHasKeysOfItsOwn() {
    Gpt2 gpt2 = new Gpt2(3, 24, HEADS, 0.1, 0.1, 0.1, false);
    TokenBatch batch = ModelNumbers.batch(1, 4, LENGTH, VOCABULARY);
    try (TensorScope scope = TensorScope.open(ComputeDevice.CPU)) {
      List<List<Tensor>> places = new Dropout(gpt2).of(scope, batch).places();
      assertThat(places).hasSize(10);
      assertThat(places.stream().flatMapToLong(p -> Arrays.stream(longs(p.get(0)))).distinct())
          .hasSize(10 * 4);
    }
  }

  @ParameterizedTest
  @CsvSource({"0.2, 0, 0", "0, 0.2, 0", "0, 0, 0.2", "0.1, 0.2, 0.3"})
  void gradientsAreThoseOfTheLossWithTheSameElementsDropped(
      double embedding, double residual, double attention) {
    Gpt2 gpt2 = new Gpt2(2, 24, HEADS, embedding, residual, attention, false);
    TokenBatch batch = ModelNumbers.batch(2, 2, LENGTH, VOCABULARY);
    try (LanguageModel model = initialized(gpt2, Precision.FLOAT64, false)) {
      model.addGradients(batch, 1);
      for (ParameterSpec parameter : model.parameters()) {
        double[] gradient = ModelNumbers.values(model, GRADIENT, parameter.name());
        double[] direction = new Random(3).doubles(gradient.length, -1, 1).toArray();
        double expected = 0;
        for (int i = 0; i < gradient.length; i++) {
          expected += gradient[i] * direction[i];
        }
        assertThat(slope(model, batch, parameter.name(), direction))
            .as(parameter.name())
            .isCloseTo(expected, within(1e-6 * Math.max(1, Math.abs(expected))));
      }
    }
  }

  /** Central difference of the loss along a direction. */
  private static double slope(
      LanguageModel model, TokenBatch batch, String parameter, double[] direction) {
    double[] at = ModelNumbers.values(model, WEIGHTS, parameter);
    double step = 1e-5;
    double[] losses = new double[2];
    for (int side = 0; side < 2; side++) {
      double signed = side == 0 ? -step : step;
      double[] moved = new double[at.length];
      Arrays.setAll(moved, i -> at[i] + signed * direction[i]);
      ModelNumbers.set(model, WEIGHTS, parameter, moved);
      losses[side] = model.addGradients(batch, 0);
    }
    ModelNumbers.set(model, WEIGHTS, parameter, at);
    return (losses[1] - losses[0]) / (2 * step);
  }

  @ParameterizedTest
  @EnumSource(Precision.class)
  void recomputeDropsTheSameAndGivesTheSameBits(Precision precision) {
    TokenBatch batch = ModelNumbers.batch(3, 2, LENGTH, VOCABULARY);
    try (LanguageModel keeping = initialized(dropping(), precision, false);
        LanguageModel recomputing = initialized(dropping(), precision, true)) {
      assertThat(recomputing.addGradients(batch, 1)).isEqualTo(keeping.addGradients(batch, 1));
      assertThat(ModelNumbers.bits(recomputing, GRADIENT))
          .isEqualTo(ModelNumbers.bits(keeping, GRADIENT));
    }
  }

  @Test
  void howABatchIsDividedDoesNotChangeWhatIsDropped() {
    TokenBatch whole = ModelNumbers.batch(4, 4, LENGTH, VOCABULARY);
    try (LanguageModel big = initialized(dropping(), Precision.FLOAT64, false);
        LanguageModel small = initialized(dropping(), Precision.FLOAT64, false)) {
      double loss = big.addGradients(whole, 1);
      double sum = 0;
      for (int[] part : new int[][] {{3, 4}, {1, 3}, {0, 1}}) {
        sum += small.addGradients(ModelNumbers.sequences(whole, part[0], part[1]), 1);
      }
      assertThat(sum).isCloseTo(loss, within(1e-9));
      for (ParameterSpec parameter : big.parameters()) {
        assertThat(
                ModelNumbers.relativeError(
                    ModelNumbers.values(small, GRADIENT, parameter.name()),
                    ModelNumbers.values(big, GRADIENT, parameter.name())))
            .as(parameter.name())
            .isLessThan(1e-12);
      }
    }
  }

  @Test
  void otherKeysDropOtherElementsAndEqualKeysTheSame() {
    TokenBatch batch = ModelNumbers.batch(5, 2, LENGTH, VOCABULARY);
    try (LanguageModel model = initialized(dropping(), Precision.FLOAT64, false)) {
      double loss = model.addGradients(batch, 1);
      assertThat(model.addGradients(batch, 1)).isEqualTo(loss);
      batch.dropoutKeys()[1]++;
      assertThat(model.addGradients(batch, 1)).isNotCloseTo(loss, within(1e-6));
    }
  }

  @Test
  void scoringAndGeneratingDropNothing() {
    TokenBatch batch = ModelNumbers.batch(6, 2, LENGTH, VOCABULARY);
    long[] context = Arrays.copyOf(batch.inputs(), LENGTH);
    try (LanguageModel model = initialized(dropping(), Precision.FLOAT32, false);
        LanguageModel plain = initialized(new Gpt2(2, 24, HEADS), Precision.FLOAT32, false)) {
      assertThat(model.logProbabilities(batch)).isEqualTo(plain.logProbabilities(batch));
      assertThat(model.nextTokenLogits(context)).isEqualTo(plain.nextTokenLogits(context));
    }
  }

  /** With next to nothing dropped, attention written out is what the fused kernel computes. */
  @ParameterizedTest
  @EnumSource(Precision.class)
  void attentionWrittenOutIsFusedAttention(Precision precision) {
    TokenBatch batch = ModelNumbers.batch(7, 2, LENGTH, VOCABULARY);
    Gpt2 hardly = new Gpt2(2, 24, HEADS, 0, 0, 1e-9, false);
    double bound =
        switch (precision) {
          case FLOAT64 -> 1e-8; // of which 1e-9 is the scaling
          case FLOAT32 -> 1e-5;
          case BFLOAT16 -> 3e-2;
        };
    try (LanguageModel written = initialized(hardly, precision, false);
        LanguageModel fused = initialized(new Gpt2(2, 24, HEADS), precision, false)) {
      assertThat(written.addGradients(batch, 1))
          .isCloseTo(fused.addGradients(batch, 1), within(100 * bound));
      for (ParameterSpec parameter : fused.parameters()) {
        if (!parameter.name().endsWith("c_attn.bias")) { // a key's bias: rounding noise
          assertThat(
                  ModelNumbers.relativeError(
                      ModelNumbers.values(written, GRADIENT, parameter.name()),
                      ModelNumbers.values(fused, GRADIENT, parameter.name())))
              .as(parameter.name())
              .isLessThan(bound);
        }
      }
    }
  }

  @Test
  void ratesOutsideOfTheirRangeAndBatchesWithoutKeysAreRefused() {
    assertThatThrownBy(() -> new Gpt2(1, 8, 2, 0, 1, 0, false))
        .isInstanceOf(ConfigException.class)
        .hasMessage("residual_dropout is 1.0 but must be at least 0 and below 1; 0.1 would work");
    assertThatThrownBy(() -> new Gpt2(1, 8, 2, -0.1, 0, 0, false))
        .hasMessageStartingWith("embedding_dropout is -0.1 but must be");
    assertThatThrownBy(() -> new Gpt2(1, 8, 2, 0, 0, Double.NaN, false))
        .hasMessageStartingWith("attention_dropout is NaN but must be");
    TokenBatch batch = ModelNumbers.batch(8, 2, LENGTH, VOCABULARY);
    TokenBatch keyless = new TokenBatch(2, LENGTH, batch.inputs(), batch.targets());
    try (LanguageModel model = initialized(dropping(), Precision.FLOAT32, false)) {
      assertThatThrownBy(() -> model.addGradients(keyless, 1))
          .hasMessage("A model with dropout needs a key for every sequence");
    }
  }

  @Test
  void ratesStandInTheConfigurationThatTransformersReads() {
    assertThat(new Gpt2(1, 8, 2, 0.1, 0.2, 0.3, false).huggingFaceConfig(300, 64, 299))
        .containsAllEntriesOf(Map.of("embd_pdrop", 0.1, "resid_pdrop", 0.2, "attn_pdrop", 0.3));
  }

  private static Gpt2 dropping() {
    return new Gpt2(2, 24, HEADS, 0.1, 0.2, 0.3, false);
  }

  private static LanguageModel initialized(Gpt2 gpt2, Precision precision, boolean recompute) {
    LanguageModel model =
        gpt2.build(VOCABULARY, LENGTH, new ModelOptions(precision, recompute, "cpu", 1));
    model.initialize(20);
    return model;
  }

  /** Ones after dropout, (sequence, position, column). */
  private static float[] rows(double rate, long[] keys, int length, int width) {
    try (TensorScope scope = TensorScope.open(ComputeDevice.CPU);
        ScriptModule script = script()) {
      Tensor rows = scope.zeros(Precision.FLOAT32, (long) keys.length * length, width);
      FloatBuffer ones = rows.bytes().asFloatBuffer();
      while (ones.hasRemaining()) {
        ones.put(1);
      }
      script.call(
          scope,
          "drop",
          List.of(rows, ids(scope, keys, length), direct(scope, keys), p(scope, rate)));
      return rows.toFloats();
    }
  }

  /** Which probabilities are dropped, (sequence, head, query, key). */
  private static boolean[] pairs(double rate, long[] keys, int length) {
    try (TensorScope scope = TensorScope.open(ComputeDevice.CPU);
        ScriptModule script = script()) {
      Tensor dropped =
          script
              .call(
                  scope,
                  "dropped_pairs",
                  List.of(ids(scope, keys, length), direct(scope, keys), p(scope, rate)))
              .get(0);
      ByteBuffer bytes = dropped.bytes();
      boolean[] all = new boolean[bytes.remaining()];
      for (int i = 0; i < all.length; i++) {
        all[i] = bytes.get(i) != 0;
      }
      return all;
    }
  }

  private static ScriptModule script() {
    TorchRuntime.prepareThread(1);
    int float32 = Precision.FLOAT32.storageCode();
    Map<String, Integer> attributes =
        Map.of(
            "stored", float32,
            "compute", float32,
            "heads", HEADS,
            "chunk_rows", 1,
            "rank", 0,
            "ranks", 1,
            "sequence_ranks", 1,
            "first_token", 0,
            "valid_tokens", 1,
            "document_start", Architecture.NO_TOKEN);
    return ScriptModule.load(Gpt2Model.class, "gpt2.py", attributes, ComputeDevice.CPU);
  }

  private static Tensor ids(TensorScope scope, long[] keys, int length) {
    return direct(scope, new long[keys.length * length], keys.length, length);
  }

  private static Tensor direct(TensorScope scope, long[] values) {
    return direct(scope, values, values.length);
  }

  private static Tensor direct(TensorScope scope, long[] values, long... shape) {
    ByteBuffer bytes =
        ByteBuffer.allocateDirect(values.length * Long.BYTES).order(ByteOrder.nativeOrder());
    bytes.asLongBuffer().put(values);
    return scope.wholeNumbers(bytes, shape);
  }

  private static Tensor p(TensorScope scope, double rate) {
    return scope.settings(rate);
  }

  private static long[] longs(Tensor tensor) {
    long[] values = new long[(int) tensor.elements()];
    tensor.bytes().asLongBuffer().get(values);
    return values;
  }

  private static int count(boolean[] values) {
    int count = 0;
    for (boolean value : values) {
      count += value ? 1 : 0;
    }
    return count;
  }

  private static void assertIndependent(float[] kept, int distance, double rate) {
    int agreeing = 0;
    int compared = kept.length - distance;
    for (int i = 0; i < compared; i++) {
      agreeing += (kept[i] == 0) == (kept[i + distance] == 0) ? 1 : 0;
    }
    assertShare(agreeing, compared, rate * rate + (1 - rate) * (1 - rate));
  }

  private static void assertShare(int counted, int all, double expected) {
    double deviation = Math.sqrt(expected * (1 - expected) / all);
    assertThat((double) counted / all).isCloseTo(expected, within(DEVIATIONS * deviation));
  }
}
