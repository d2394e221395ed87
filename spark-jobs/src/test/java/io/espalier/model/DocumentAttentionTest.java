package io.espalier.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.espalier.torch.Precision;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Documents that share a sequence and don't see each other. */
final class DocumentAttentionTest {
  private static final int VOCABULARY = 61;
  private static final int WINDOW = 16;

  /** The token between documents. */
  private static final int END = 60;

  private static final ModelOptions OPTIONS = new ModelOptions(Precision.FLOAT32, false, "cpu", 1);

  private static LanguageModel model(double attentionDropout, boolean withinDocuments) {
    Gpt2 gpt2 = new Gpt2(3, 24, 3, 0, 0, attentionDropout, withinDocuments);
    LanguageModel model = gpt2.build(VOCABULARY, WINDOW, END, OPTIONS, Ranks.serial());
    model.initialize(20);
    return model;
  }

  /** Tokens of three documents: positions 0 to 4, 5 to 10, and from 11 on. */
  private static long[] text(int length) {
    long[] text = new Random(7).longs(length, 0, END).toArray();
    text[5] = END;
    text[11] = END;
    return text;
  }

  private static float[] logProbabilities(LanguageModel model, long[] text) {
    long[] targets = Arrays.copyOfRange(text, 1, WINDOW + 1);
    return model.logProbabilities(new TokenBatch(1, WINDOW, Arrays.copyOf(text, WINDOW), targets));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anotherTokenChangesLaterOnesOfItsDocumentOnly(boolean withinDocuments) {
    long[] text = text(WINDOW + 1);
    long[] other = text.clone();
    other[2] = (text[2] + 1) % END;
    try (LanguageModel model = model(0, withinDocuments)) {
      float[] one = logProbabilities(model, text);
      float[] two = logProbabilities(model, other);
      assertThat(two[0]).isEqualTo(one[0]);
      assertThat(two[3]).isNotEqualTo(one[3]);
      for (int position = 5; position < WINDOW; position++) {
        assertThat(two[position] == one[position]).isEqualTo(withinDocuments);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 6, 7, 16})
  void aTextReadInPiecesSeesWhatItsDocumentHas(int pieceTokens) {
    long[] text = text(WINDOW);
    try (LanguageModel model = model(0, true);
        Decoder decoder = model.decoder()) {
      for (int done = 0; done < WINDOW; done += pieceTokens) {
        int end = Math.min(WINDOW, done + pieceTokens);
        float[] next = decoder.read(Arrays.copyOfRange(text, done, end), false).nextLogits();
        assertThat(next)
            .containsExactly(model.nextTokenLogits(Arrays.copyOf(text, end)), within(1e-5f));
      }
    }
  }

  @Test
  void aPiecesProbabilitiesAreThoseOfTheModel() {
    long[] text = text(WINDOW + 1);
    try (LanguageModel model = model(0, true);
        Decoder decoder = model.decoder()) {
      assertThat(decoder.read(text, true).logProbabilities())
          .containsExactly(logProbabilities(model, text), within(1e-5f));
    }
  }

  @Test
  void aFullWindowKeepsNothingThatTheNextTokenCannotSee() {
    long[] text = text(WINDOW);
    try (LanguageModel model = model(0, true);
        Decoder decoder = model.decoder()) {
      decoder.read(text, false);
      float[] sameDocument = decoder.read(new long[] {3}, false).nextLogits();
      long[] seen = Arrays.copyOf(Arrays.copyOfRange(text, 11, WINDOW), WINDOW - 10);
      seen[seen.length - 1] = 3;
      assertThat(sameDocument).containsExactly(model.nextTokenLogits(seen), within(1e-5f));
    }
    try (LanguageModel model = model(0, true);
        Decoder decoder = model.decoder()) {
      decoder.read(text, false);
      float[] nextDocument = decoder.read(new long[] {END}, false).nextLogits();
      assertThat(nextDocument)
          .containsExactly(model.nextTokenLogits(new long[] {END}), within(1e-5f));
    }
  }

  /** The gradient of the first document's tokens when the loss is the third one's. */
  @ParameterizedTest
  @ValueSource(doubles = {0, 1e-9})
  void noGradientPassesFromOneDocumentToAnother(double attentionDropout) {
    long[] text = text(WINDOW + 1);
    for (int position = 0; position < 5; position++) {
      text[position] = 50L + position; // nowhere else
    }
    for (int position = 6; position < text.length; position++) {
      text[position] %= position == 11 ? VOCABULARY : 50;
    }
    long[] targets = Arrays.copyOfRange(text, 1, WINDOW + 1);
    Arrays.fill(targets, 0, 12, TokenBatch.MASKED);
    TokenBatch batch =
        new TokenBatch(1, WINDOW, Arrays.copyOf(text, WINDOW), targets, new long[] {1});
    try (LanguageModel within = model(attentionDropout, true);
        LanguageModel across = model(attentionDropout, false)) {
      assertThat(firstPositionsGradient(within, batch)).isZero();
      assertThat(firstPositionsGradient(across, batch)).isPositive();
    }
  }

  private static double firstPositionsGradient(LanguageModel model, TokenBatch batch) {
    model.addGradients(batch, 1);
    double[] positions = ModelNumbers.values(model, ParameterState.GRADIENT, Gpt2.POSITIONS);
    return Arrays.stream(positions, 0, 5 * 24).map(Math::abs).sum();
  }

  @Test
  void withoutTheTokenBetweenDocumentsThereIsNoSuchModel() {
    assertThatThrownBy(() -> new Gpt2(3, 24, 3, 0, 0, 0, true).build(VOCABULARY, WINDOW, OPTIONS))
        .hasMessageContaining("token between");
  }
}
