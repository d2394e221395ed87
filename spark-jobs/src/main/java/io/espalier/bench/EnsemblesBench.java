package io.espalier.bench;

import io.espalier.evaluate.EnsembleSettings;
import io.espalier.evaluate.EvaluatedSplit;
import io.espalier.evaluate.EvaluationSettings;
import io.espalier.evaluate.Result;
import io.espalier.evaluate.ScoredModel;
import io.espalier.evaluate.SequenceScores;
import io.espalier.evaluate.SplitEvaluation;
import io.espalier.forest.CachedPrior;
import io.espalier.forest.Posterior;
import io.espalier.forest.Prior;
import io.espalier.forest.TopKBy;
import io.espalier.forest.UniformPrior;
import io.espalier.forest.UpdatingPrior;
import io.espalier.model.Gpt2;
import io.espalier.model.LanguageModel;
import io.espalier.model.ModelOptions;
import io.espalier.model.TokenBatch;
import io.espalier.torch.Precision;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Forty mixtures of eight experts from their scores, against the forward passes that the scores
 * took: both on one thread, in the same rounds.
 */
public final class EnsemblesBench {
  private static final int EXPERTS = 8;
  private static final int CACHED_SEQUENCES = 16;
  private static final double MICROSECONDS = 1e6;
  private static final long SEED = 20;

  private EnsemblesBench() {}

  /**
   * Scores random text with untrained experts, then evaluates.
   *
   * @param sequences scored by every expert in a round
   */
  public static BenchResult measure(TrainSize size, int sequences, int rounds) {
    List<Double> forward = new ArrayList<>();
    List<Double> arithmetic = new ArrayList<>();
    EvaluationSettings settings = new EvaluationSettings(CACHED_SEQUENCES, variants());
    List<LanguageModel> experts = new ArrayList<>();
    try {
      for (int j = 0; j < EXPERTS; j++) {
        experts.add(expert(size, j));
      }
      score(experts, size, Math.min(sequences, size.sequences())); // What is compiled once.
      for (int round = 0; round < rounds; round++) {
        List<SequenceScores> scores = new ArrayList<>();
        forward.add(Timed.of(() -> scores.addAll(score(experts, size, sequences))).cpuSeconds());
        arithmetic.add(Timed.of(() -> evaluate(settings, scores)).cpuSeconds());
      }
    } finally {
      experts.forEach(LanguageModel::close);
    }
    double tokens = (double) sequences * size.tokens();
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("model", size.toString());
    figures.put("experts", EXPERTS);
    figures.put("ensembles", settings.ensembles().size());
    figures.put("tokens", Math.round(tokens));
    figures.put("forward_cpu_seconds", Timed.rounded(Medians.of(forward)));
    figures.put("ensembles_cpu_seconds", Timed.rounded(Medians.of(arithmetic)));
    figures.put(
        "microseconds_per_token_and_ensemble",
        Timed.rounded(
            MICROSECONDS * Medians.of(arithmetic) / tokens / settings.ensembles().size()));
    figures.put(
        "ensembles_percent_of_forward", Timed.rounded(100 * Medians.ofRatios(arithmetic, forward)));
    return new BenchResult("ensembles", figures);
  }

  /** Both posteriors, all priors, top-k by posterior and by prior: forty in all. */
  private static List<EnsembleSettings> variants() {
    List<EnsembleSettings> variants = new ArrayList<>();
    for (Posterior posterior : Posterior.values()) {
      List<Prior> priors =
          List.of(
              new UniformPrior(),
              new UpdatingPrior(),
              new UpdatingPrior(0.1),
              new CachedPrior(),
              new CachedPrior(CACHED_SEQUENCES / 2));
      for (Prior prior : priors) {
        for (int k : new int[] {0, 1, 2}) {
          add(variants, posterior, prior, k, TopKBy.POSTERIOR);
        }
        if (!(prior instanceof UniformPrior)) {
          add(variants, posterior, prior, 1, TopKBy.PRIOR);
        }
      }
      add(variants, posterior, new UniformPrior(), 4, TopKBy.POSTERIOR);
    }
    return variants;
  }

  private static void add(
      List<EnsembleSettings> variants, Posterior posterior, Prior prior, int topK, TopKBy by) {
    variants.add(new EnsembleSettings("e" + variants.size(), posterior, prior, topK, by));
  }

  private static LanguageModel expert(TrainSize size, int number) {
    ModelOptions options = new ModelOptions(Precision.FLOAT32, false, "cpu", 1);
    LanguageModel model =
        new Gpt2(size.layers(), size.hiddenSize(), size.heads())
            .build(size.vocabularySize(), size.tokens(), options);
    model.initialize(SEED + number);
    return model;
  }

  private static List<SequenceScores> score(
      List<LanguageModel> experts, TrainSize size, int sequences) {
    List<SequenceScores> scored = new ArrayList<>();
    Random random = new Random(SEED);
    for (int first = 0; first < sequences; first += size.sequences()) {
      int rows = Math.min(size.sequences(), sequences - first);
      int tokens = rows * size.tokens();
      TokenBatch batch =
          new TokenBatch(
              rows,
              size.tokens(),
              random.longs(tokens, 0, size.vocabularySize()).toArray(),
              random.longs(tokens, 0, size.vocabularySize()).toArray());
      float[][] ofExperts =
          experts.stream().map(expert -> expert.logProbabilities(batch)).toArray(float[][]::new);
      for (int row = 0; row < rows; row++) {
        scored.add(sequence(first + row, row * size.tokens(), size.tokens(), ofExperts));
      }
    }
    return scored;
  }

  private static SequenceScores sequence(long id, int from, int tokens, float[][] ofExperts) {
    float[][] rows =
        Arrays.stream(ofExperts)
            .map(scores -> Arrays.copyOfRange(scores, from, from + tokens))
            .toArray(float[][]::new);
    return new SequenceScores(id, tokens, rows, new int[] {tokens / 2});
  }

  private static void evaluate(EvaluationSettings settings, List<SequenceScores> scores) {
    List<ScoredModel> experts =
        IntStream.range(0, EXPERTS)
            .mapToObj(j -> new ScoredModel("expert/" + j, Integer.toString(j)))
            .toList();
    List<Result> results =
        SplitEvaluation.evaluate(
            new EvaluatedSplit("bench", Result.TRAINING, Result.TEST_SPLIT),
            experts,
            settings,
            scores.subList(0, Math.min(CACHED_SEQUENCES, scores.size())).iterator(),
            scores.iterator());
    if (results.stream().anyMatch(result -> !Double.isFinite(result.value()))) {
      throw new IllegalStateException("An ensemble of finite scores is not finite");
    }
  }
}
