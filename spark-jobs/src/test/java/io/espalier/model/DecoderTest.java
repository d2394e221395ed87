package io.espalier.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.espalier.model.Decoder.Reading;
import io.espalier.torch.Precision;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Going on with a text from kept keys and values gives what reading all of it anew gives. */
final class DecoderTest {
  private static final int VOCABULARY = 61;
  private static final int WINDOW = 16;

  private static LanguageModel model(Precision precision) {
    LanguageModel model =
        new Gpt2(3, 24, 3).build(VOCABULARY, WINDOW, new ModelOptions(precision, false, "cpu", 1));
    model.initialize(20);
    sharpen(model);
    return model;
  }

  /** Larger weights, so that a wrong position or a wrong key would show. */
  private static void sharpen(LanguageModel model) {
    for (ParameterSpec parameter : model.parameters()) {
      if (parameter.decayed()) {
        double[] values =
            ModelNumbers.values(model, ParameterState.WEIGHTS, parameter.name()).clone();
        Arrays.setAll(values, i -> 8 * values[i]);
        ModelNumbers.set(model, ParameterState.WEIGHTS, parameter.name(), values);
      }
    }
  }

  /** bfloat16 has eight bits, and a sum over one row is made in another order than over many. */
  private static float tolerance(Precision precision) {
    return precision == Precision.BFLOAT16 ? 0.15f : 1e-5f * 8;
  }

  private static long[] text(int length) {
    return new Random(7).longs(length, 0, VOCABULARY).toArray();
  }

  @ParameterizedTest
  @EnumSource(Precision.class)
  void tokenByTokenTheLogitsAreThoseOfTheWholeText(Precision precision) {
    long[] text = text(WINDOW);
    try (LanguageModel model = model(precision);
        Decoder decoder = model.decoder()) {
      assertClose(
          decoder.read(Arrays.copyOf(text, 5), false).nextLogits(),
          model.nextTokenLogits(Arrays.copyOf(text, 5)),
          precision);
      for (int length = 6; length <= WINDOW; length++) {
        assertClose(
            decoder.read(new long[] {text[length - 1]}, false).nextLogits(),
            model.nextTokenLogits(Arrays.copyOf(text, length)),
            precision);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Precision.class,
      names = {"FLOAT32", "BFLOAT16"})
  void theMostProbableTextIsTheSameWithAndWithoutWhatIsKept(Precision precision) {
    try (LanguageModel model = model(precision);
        Decoder decoder = model.decoder()) {
      long[] text = {1, 2, 3};
      long next = best(decoder.read(text, false).nextLogits());
      while (text.length < WINDOW) {
        assertThat(next).isEqualTo(best(model.nextTokenLogits(text)));
        text = LongStream.concat(LongStream.of(text), LongStream.of(next)).toArray();
        next = best(decoder.read(new long[] {next}, false).nextLogits());
      }
    }
  }

  @Test
  void piecesOfAnyLengthTellTheSame() {
    long[] text = text(WINDOW);
    try (LanguageModel model = model(Precision.FLOAT32);
        Decoder decoder = model.decoder()) {
      decoder.read(Arrays.copyOf(text, 4), false);
      decoder.read(Arrays.copyOfRange(text, 4, 11), false);
      assertClose(
          decoder.read(Arrays.copyOfRange(text, 11, WINDOW), false).nextLogits(),
          model.nextTokenLogits(text),
          Precision.FLOAT32);
    }
  }

  @Test
  void aFullWindowGoesOnWithItsLastHalf() {
    long[] text = text(2 * WINDOW);
    try (LanguageModel model = model(Precision.FLOAT32);
        Decoder decoder = model.decoder()) {
      decoder.read(Arrays.copyOf(text, WINDOW), false);
      for (int length = WINDOW + 1; length <= 2 * WINDOW; length++) {
        int begin = length <= WINDOW + WINDOW / 2 ? WINDOW / 2 : WINDOW;
        assertClose(
            decoder.read(new long[] {text[length - 1]}, false).nextLogits(),
            model.nextTokenLogits(Arrays.copyOfRange(text, begin, length)),
            Precision.FLOAT32);
      }
    }
  }

  @Test
  void aPiecesProbabilitiesAreThoseOfTheModel() {
    long[] text = text(WINDOW);
    TokenBatch batch =
        new TokenBatch(
            1, WINDOW - 1, Arrays.copyOf(text, WINDOW - 1), Arrays.copyOfRange(text, 1, WINDOW));
    try (LanguageModel model = model(Precision.FLOAT32);
        Decoder decoder = model.decoder()) {
      float[] expected = model.logProbabilities(batch);
      assertThat(decoder.read(text, true).logProbabilities())
          .containsExactly(expected, within(1e-5f));
    }
  }

  @Test
  void aPieceLongerThanTheWindowIsScoredWhole() {
    long[] text = text(5 * WINDOW / 2);
    try (LanguageModel model = model(Precision.FLOAT32);
        Decoder whole = model.decoder();
        Decoder single = model.decoder()) {
      float[] scores = whole.read(text, true).logProbabilities();
      assertThat(scores).hasSize(text.length - 1);
      Reading before = single.read(Arrays.copyOf(text, WINDOW), false);
      // The first token that the window has no room for: told by the window as it was.
      assertThat(scores[WINDOW - 1])
          .isCloseTo(logProbability(before.nextLogits(), text[WINDOW]), within(1e-5f));
      assertThat(scores[WINDOW])
          .isCloseTo(
              logProbability(
                  model.nextTokenLogits(Arrays.copyOfRange(text, WINDOW / 2, WINDOW + 1)),
                  text[WINDOW + 1]),
              within(1e-5f));
    }
  }

  @Test
  void thousandsOfTokensTakeNoMoreMemoryThanAFew() throws Exception {
    try (LanguageModel model = model(Precision.FLOAT32);
        Decoder decoder = model.decoder()) {
      long next = 1;
      for (int i = 0; i < 8000; i++) { // Java's own heap has its size then, too.
        next = best(decoder.read(new long[] {next}, false).nextLogits());
      }
      int tensors = ((Gpt2Model) model).liveTensors();
      long before = residentKilobytes();
      for (int i = 0; i < 8000; i++) {
        next = best(decoder.read(new long[] {next}, false).nextLogits());
      }
      assertThat(((Gpt2Model) model).liveTensors()).isEqualTo(tensors);
      // One row of logits kept for each token would be 2 MB, one tensor of the model's width 6 MB.
      assertThat(residentKilobytes() - before).isLessThan(1_500);
    }
  }

  @Test
  void aTokenThatTheVocabularyDoesNotHaveIsRefused() {
    try (LanguageModel model = model(Precision.FLOAT32);
        Decoder decoder = model.decoder()) {
      assertThatThrownBy(() -> decoder.read(new long[] {VOCABULARY}, false))
          .hasMessageContaining("61");
    }
  }

  private static void assertClose(float[] found, float[] expected, Precision precision) {
    assertThat(found).containsExactly(expected, within(tolerance(precision)));
  }

  private static long best(float[] logits) {
    int best = 0;
    for (int id = 1; id < logits.length; id++) {
      best = logits[id] > logits[best] ? id : best;
    }
    return best;
  }

  private static float logProbability(float[] logits, long id) {
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit);
    }
    return (float) (logits[(int) id] - Math.log(sum));
  }

  private static long residentKilobytes() throws java.io.IOException {
    String pages = Files.readString(Path.of("/proc/self/statm")).split(" ", -1)[1];
    return Long.parseLong(pages) * 4;
  }
}
