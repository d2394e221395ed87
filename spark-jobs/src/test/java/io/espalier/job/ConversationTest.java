package io.espalier.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.espalier.forest.Ensemble;
import io.espalier.forest.Posterior;
import io.espalier.model.Gpt2;
import io.espalier.model.LanguageModel;
import io.espalier.model.ModelOptions;
import io.espalier.model.TokenBatch;
import io.espalier.torch.Precision;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Models that speak together say what the forest's arithmetic says of their probabilities. */
final class ConversationTest {
  private static final int VOCABULARY = 31;
  private static final int WINDOW = 64;
  private static final int SPEAKERS = 3;
  private static final int PROMPT = 7;

  private static LanguageModel model(int seed) {
    LanguageModel model =
        new Gpt2(1, 16, 2)
            .build(VOCABULARY, WINDOW, new ModelOptions(Precision.FLOAT32, false, "cpu", 1));
    model.initialize(seed);
    return model;
  }

  private static Conversation conversation(int topK, double... logPriors) {
    return new Conversation(
        IntStream.range(0, SPEAKERS)
            .mapToObj(j -> new Speaker("expert/" + j, model(j), logPriors[j]))
            .toList(),
        topK,
        2);
  }

  private static int[] text() {
    return new Random(5).ints(40, 0, VOCABULARY).toArray();
  }

  private static long[] prompt() {
    return Arrays.stream(text()).limit(PROMPT).asLongStream().toArray();
  }

  /** (expert, token) of all tokens but the first. */
  private static float[][] logProbabilities(int[] text) {
    int targets = text.length - 1;
    long[] ids = Arrays.stream(text).asLongStream().toArray();
    TokenBatch batch =
        new TokenBatch(
            1, targets, Arrays.copyOf(ids, targets), Arrays.copyOfRange(ids, 1, text.length));
    float[][] rows = new float[SPEAKERS][];
    for (int j = 0; j < SPEAKERS; j++) {
      try (LanguageModel model = model(j)) {
        rows[j] = model.logProbabilities(batch);
      }
    }
    return rows;
  }

  @Test
  void posteriorAndMixtureAreThoseOfTheForest() {
    int[] text = text();
    double[] prior = {Math.log(0.2), Math.log(0.5), Math.log(0.3)};
    float[][] scores = logProbabilities(text);
    Ensemble ensemble = new Ensemble(Posterior.FULL_CONTEXT, 0);
    double[][] expected = ensemble.logPosterior(prior, scores);
    double[] mixed = ensemble.logProbabilities(expected, scores);
    try (Conversation conversation = conversation(0, prior)) {
      conversation.begin(prompt());
      for (int t = PROMPT; t < text.length; t++) {
        Conversation.Turn turn = conversation.turn();
        for (int j = 0; j < SPEAKERS; j++) {
          assertThat(turn.posterior().get(j)).isEqualTo(Math.exp(expected[t - 1][j]), within(1e-5));
        }
        double[] logProbabilities = turn.logProbabilities();
        assertThat(logProbabilities[text[t]]).isEqualTo(mixed[t - 1], within(1e-5));
        assertThat(Arrays.stream(logProbabilities).map(Math::exp).sum()).isEqualTo(1, within(1e-5));
        conversation.said(text[t]);
      }
    }
  }

  @Test
  void theMostProbableExpertsAreChosenAnewOnceTheOthersHaveReadOn() {
    int[] text = text();
    double[] prior = {0, 0, 0};
    double[][] expected = Posterior.FULL_CONTEXT.logPosterior(prior, logProbabilities(text));
    try (Conversation conversation = conversation(2, prior)) {
      conversation.begin(prompt());
      for (int t = PROMPT; t < text.length; t++) {
        Conversation.Turn turn = conversation.turn();
        int written = t - PROMPT;
        int chosenAt = PROMPT + written - written % Conversation.TOKENS_BETWEEN_CHOICES;
        assertThat(turn.speakers())
            .extracting(Speaker::name)
            .containsAll(best(expected[chosenAt - 1]));
        double sum = 0;
        for (Speaker speaker : turn.speakers()) {
          sum += Math.exp(expected[t - 1][number(speaker)]);
        }
        for (int j = 0; j < 2; j++) {
          assertThat(turn.posterior().get(j))
              .isEqualTo(
                  Math.exp(expected[t - 1][number(turn.speakers().get(j))]) / sum, within(1e-5));
        }
        conversation.said(text[t]);
      }
    }
  }

  private static int number(Speaker speaker) {
    return Integer.parseInt(speaker.name().substring("expert/".length()));
  }

  private static List<String> best(double[] logPosterior) {
    return IntStream.range(0, SPEAKERS)
        .boxed()
        .sorted((a, b) -> Double.compare(logPosterior[b], logPosterior[a]))
        .limit(2)
        .map(j -> "expert/" + j)
        .toList();
  }

  @Test
  void oneAloneSaysWhatItsModelSays() {
    try (Conversation conversation =
            new Conversation(List.of(new Speaker("seed", model(1), 0)), 0, 1);
        LanguageModel model = model(1)) {
      conversation.begin(prompt());
      float[] expected = model.nextTokenLogits(prompt());
      double[] found = conversation.turn().logProbabilities();
      for (int id = 0; id < VOCABULARY; id++) {
        assertThat(found[id]).isEqualTo(expected[id], within(1e-5));
      }
      assertThat(conversation.turn().posterior()).containsExactly(1.0);
    }
  }
}
