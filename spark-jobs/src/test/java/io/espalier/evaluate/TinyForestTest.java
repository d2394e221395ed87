package io.espalier.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.espalier.config.ConfigFile;
import io.espalier.forest.ExpertWeights;
import io.espalier.forest.Posterior;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The figures of a tiny forest, against those that NumPy got in probability space. */
class TinyForestTest {
  private static final EvaluatedSplit TARGET =
      new EvaluatedSplit("legal", Result.TRAINING, Result.TEST_SPLIT);
  private static final List<ScoredModel> EXPERTS =
      List.of(
          new ScoredModel("expert/a", "0a"),
          new ScoredModel("expert/b", "0b"),
          new ScoredModel("expert/c", "0c"));

  private static JsonNode golden;

  @BeforeAll
  static void read() throws IOException {
    try (InputStream in =
        TinyForestTest.class.getResourceAsStream("/golden/forest/tiny-forest.json")) {
      golden = new ObjectMapper().readTree(in);
    }
  }

  @TestFactory
  Stream<DynamicTest> everyEnsembleHasNumPysFigures() {
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode expected : golden.get("ensembles")) {
      EnsembleSettings settings = settings(expected);
      tests.add(
          DynamicTest.dynamicTest(
              settings.toString(),
              () -> {
                List<Result> results = evaluate(List.of(settings));
                assertThat(value(results, "ensemble/tested", Result.PERPLEXITY))
                    .isCloseTo(expected.get("perplexity").asDouble(), within(1e-10));
                assertThat(value(results, "ensemble/tested", Result.BITS_PER_BYTE))
                    .isCloseTo(expected.get("bits_per_byte").asDouble(), within(1e-11));
              }));
    }
    assertThat(tests).hasSize(46);
    return tests.stream();
  }

  @TestFactory
  Stream<DynamicTest> everyTokenHasNumPysProbabilityUnderThePriorsNumPyFound() {
    return IntStream.range(0, golden.get("ensembles").size())
        .mapToObj(i -> golden.get("ensembles").get(i))
        .map(
            expected ->
                DynamicTest.dynamicTest(
                    settings(expected).toString(), () -> checkTokens(expected)));
  }

  private static void checkTokens(JsonNode expected) {
    var ensemble = settings(expected).ensemble();
    for (int i = 0; i < golden.get("test").size(); i++) {
      float[][] scores = scores(golden.get("test").get(i));
      double[] logPrior =
          doubles(expected.get("priors").get(i)).stream().mapToDouble(Math::log).toArray();
      double[] mixed = ensemble.logProbabilities(ensemble.logPosterior(logPrior, scores), scores);
      double[] wanted =
          doubles(expected.get("log_probabilities").get(i)).stream()
              .mapToDouble(Double::doubleValue)
              .toArray();
      assertThat(mixed).containsExactly(wanted, within(1e-11));
    }
  }

  @TestFactory
  Stream<DynamicTest> aForestThatLacksAnExpertHasNumPysFigures() {
    return IntStream.range(0, golden.get("without").size())
        .mapToObj(i -> golden.get("without").get(i))
        .map(
            expected ->
                DynamicTest.dynamicTest(
                    expected.get("posterior") + " " + expected.get("prior"),
                    () -> {
                      List<Result> results =
                          evaluate(
                              new EvaluationSettings(
                                  golden.get("cached_sequences").asInt(),
                                  List.of(settings(expected, 0, "posterior")),
                                  "false",
                                  "tested",
                                  0));
                      for (int j = 0; j < EXPERTS.size(); j++) {
                        String without = "ensemble/tested/without/" + EXPERTS.get(j).expertOf();
                        assertThat(value(results, without, Result.PERPLEXITY))
                            .isCloseTo(
                                expected.get("perplexities").get(j).asDouble(), within(1e-10));
                      }
                    }));
  }

  @Test
  void expertsAloneHaveNumPysFigures() {
    List<Result> results = evaluate(List.of());
    for (int j = 0; j < EXPERTS.size(); j++) {
      assertThat(value(results, EXPERTS.get(j).checkpoint(), Result.PERPLEXITY))
          .isCloseTo(golden.get("experts_alone").get(j).asDouble(), within(1e-11));
    }
  }

  @Test
  void mergeWeightsAreNumPysCachedPrior() {
    List<float[][]> validation = new ArrayList<>();
    golden.get("validation").forEach(sequence -> validation.add(scores(sequence)));
    for (Posterior posterior : Posterior.values()) {
      double[] logWeights =
          ExpertWeights.ofValidation(
                  posterior, 3, validation.iterator(), golden.get("cached_sequences").asInt())
              .logMean();
      List<Double> wanted =
          doubles(golden.get("cached_prior").get(posterior.name().toLowerCase(Locale.ROOT)));
      for (int j = 0; j < 3; j++) {
        assertThat(Math.exp(logWeights[j])).isCloseTo(wanted.get(j), within(1e-12));
      }
    }
  }

  private static List<Result> evaluate(List<EnsembleSettings> ensembles) {
    return evaluate(new EvaluationSettings(golden.get("cached_sequences").asInt(), ensembles));
  }

  private static List<Result> evaluate(EvaluationSettings settings) {
    return SplitEvaluation.evaluate(
        TARGET,
        EXPERTS,
        settings,
        sequences("validation").iterator(),
        sequences("test").iterator());
  }

  private static List<SequenceScores> sequences(String split) {
    List<SequenceScores> sequences = new ArrayList<>();
    for (JsonNode sequence : golden.get(split)) {
      int i = sequences.size();
      int bytes = split.equals("test") ? golden.get("test_bytes").get(i).asInt() : 1;
      sequences.add(new SequenceScores(i, bytes, scores(sequence)));
    }
    return sequences;
  }

  private static EnsembleSettings settings(JsonNode expected) {
    return settings(expected, expected.get("top_k").asInt(), expected.get("top_k_by").asText());
  }

  private static EnsembleSettings settings(JsonNode expected, int topK, String topKBy) {
    String yaml =
        "{name: tested, posterior: %s, prior: %s, top_k: %d, top_k_by: %s}"
            .formatted(expected.get("posterior").asText(), expected.get("prior"), topK, topKBy);
    return ConfigFile.bind(ConfigFile.parse("test", yaml), EnsembleSettings.class);
  }

  private static double value(List<Result> results, String model, String metric) {
    return results.stream()
        .filter(result -> result.model().equals(model) && result.metric().equals(metric))
        .findFirst()
        .orElseThrow()
        .value();
  }

  private static float[][] scores(JsonNode sequence) {
    float[][] rows = new float[sequence.size()][];
    for (int j = 0; j < rows.length; j++) {
      List<Double> row = doubles(sequence.get(j));
      rows[j] = new float[row.size()];
      for (int t = 0; t < row.size(); t++) {
        rows[j][t] = row.get(t).floatValue();
      }
    }
    return rows;
  }

  private static List<Double> doubles(JsonNode array) {
    List<Double> values = new ArrayList<>();
    array.forEach(value -> values.add(value.asDouble()));
    return values;
  }
}
