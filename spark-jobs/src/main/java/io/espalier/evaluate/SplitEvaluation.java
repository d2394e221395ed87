package io.espalier.evaluate;

import io.espalier.forest.PosteriorAverage;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Every figure of one (domain, split): of each model alone, and of each ensemble of each forest
 * among them. Streams the sequences once; memory doesn't depend on their number. For one thread.
 */
public final class SplitEvaluation {
  private final EvaluatedSplit target;
  private final List<ScoredModel> models;
  private final List<ModelSum> sums;
  private final Map<String, int[]> experts;
  private final Map<String, ForestEvaluation> forests = new LinkedHashMap<>();

  /**
   * What one pass over a split gives.
   *
   * @param results perplexity and bits per byte of each model and ensemble; empty if there is no
   *     token
   * @param documents what each document contributed
   */
  public record SplitFigures(List<Result> results, DocumentScores documents) {}

  private SplitEvaluation(
      EvaluatedSplit target, List<ScoredModel> models, EvaluationSettings settings) {
    this.target = target;
    this.models = models;
    this.sums = models.stream().map(model -> new ModelSum()).toList();
    this.experts = expertsByForest(models);
    experts.forEach(
        (forest, rows) ->
            forests.put(
                forest,
                new ForestEvaluation(
                    forest, IntStream.of(rows).mapToObj(models::get).toList(), settings)));
  }

  /**
   * Evaluates a split.
   *
   * <p>The figures of a cached prior on the validation split itself are a little too good, because
   * the prior saw some of those sequences; on the test split they are honest.
   *
   * @param models the scored checkpoints, in the order of the rows of each sequence; the experts of
   *     each forest among them make up that forest's ensembles
   * @param validation sequences of the domain's validation split, in the order of their ids, scored
   *     by the same models: the cached priors are decided on the first of them, as many as each
   *     prior says (uniform if there is none)
   * @param scored sequences of the split itself, in the order of their ids
   * @throws IllegalArgumentException if a sequence doesn't fit the models or is out of order
   */
  public static SplitFigures figures(
      EvaluatedSplit target,
      List<ScoredModel> models,
      EvaluationSettings settings,
      Iterator<SequenceScores> validation,
      Iterator<SequenceScores> scored) {
    SplitEvaluation evaluation = new SplitEvaluation(target, models, settings);
    evaluation.decidePriors(evaluation.inOrder(validation), settings.mostPriorSequences());
    Iterator<SequenceScores> ordered = evaluation.inOrder(scored);
    while (ordered.hasNext()) {
      evaluation.score(ordered.next());
    }
    return new SplitFigures(evaluation.results(), evaluation.documents());
  }

  /** The results of {@link #figures} alone. */
  public static List<Result> evaluate(
      EvaluatedSplit target,
      List<ScoredModel> models,
      EvaluationSettings settings,
      Iterator<SequenceScores> validation,
      Iterator<SequenceScores> scored) {
    return figures(target, models, settings, validation, scored).results();
  }

  /**
   * The probability of each expert for a domain, decided on its validation sequences: figures of
   * the metric {@link Result#CACHED_PRIOR}, full context.
   *
   * @param average what {@link io.espalier.forest.ExpertWeights#ofValidation} made of them
   * @param experts in the order of the average
   * @param tokens how many tokens those sequences have
   */
  public static List<Result> cachedPrior(
      EvaluatedSplit target, PosteriorAverage average, List<ScoredModel> experts, long tokens) {
    double[] logMean = average.logMean();
    return IntStream.range(0, experts.size())
        .mapToObj(
            j ->
                target.result(
                    experts.get(j).model(target.domain()),
                    Result.CACHED_PRIOR,
                    Math.exp(logMean[j]),
                    tokens,
                    experts.get(j).hash()))
        .toList();
  }

  /** Forest → the rows of its experts; forests in the order of their names. */
  public static Map<String, int[]> expertsByForest(List<ScoredModel> models) {
    Map<String, int[]> rows = new TreeMap<>();
    for (int i = 0; i < models.size(); i++) {
      if (models.get(i).isExpert()) {
        int[] before = rows.getOrDefault(models.get(i).forest(), new int[0]);
        int[] with = java.util.Arrays.copyOf(before, before.length + 1);
        with[before.length] = i;
        rows.put(models.get(i).forest(), with);
      }
    }
    return rows;
  }

  private void decidePriors(Iterator<SequenceScores> validation, int maximumSequences) {
    for (int seen = 0; seen < maximumSequences && validation.hasNext(); seen++) {
      SequenceScores sequence = validation.next();
      forests.forEach((forest, evaluation) -> evaluation.observe(rows(forest, sequence)));
    }
  }

  private void score(SequenceScores sequence) {
    for (int i = 0; i < models.size(); i++) {
      sums.get(i).add(sequence.ofModel(i), sequence);
    }
    forests.forEach((forest, evaluation) -> evaluation.score(rows(forest, sequence), sequence));
  }

  private float[][] rows(String forest, SequenceScores sequence) {
    return sequence.ofModels(experts.getOrDefault(forest, new int[0]));
  }

  private Iterator<SequenceScores> inOrder(Iterator<SequenceScores> sequences) {
    return new AscendingSequences(sequences, target, models.size());
  }

  private List<Result> results() {
    List<Result> results = new ArrayList<>();
    for (int i = 0; i < models.size(); i++) {
      ScoredModel model = models.get(i);
      results.addAll(sums.get(i).results(target, model.model(target.domain()), model.hash()));
    }
    mixtures(m -> results.addAll(m.sum().results(target, m.model(), m.hash())));
    return results;
  }

  private DocumentScores documents() {
    Map<String, double[]> ofModels = new TreeMap<>();
    for (int i = 0; i < models.size(); i++) {
      ofModels.put(
          models.get(i).model(target.domain()), sums.get(i).documents().negativeLogProbability());
    }
    mixtures(m -> ofModels.put(m.model(), m.sum().documents().negativeLogProbability()));
    return new DocumentScores(target, sums.get(0).documents().tokens(), ofModels);
  }

  private void mixtures(java.util.function.Consumer<Mixture> consumer) {
    forests.values().forEach(forest -> forest.mixtures().forEach(consumer));
  }
}
