package io.espalier.evaluate;

import io.espalier.forest.Forest;
import io.espalier.forest.PosteriorAverage;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Every figure of one (domain, split): of each model alone, and of each ensemble of the experts
 * among them. Streams the sequences once; memory doesn't depend on their number. For one thread.
 */
public final class SplitEvaluation {
  private final EvaluatedSplit target;
  private final List<ScoredModel> models;
  private final int[] experts;
  private final List<LikelihoodSum> likelihoods;
  private final List<EnsembleEvaluation> ensembles;

  private SplitEvaluation(
      EvaluatedSplit target, List<ScoredModel> models, EvaluationSettings settings) {
    this.target = target;
    this.models = models;
    this.experts =
        IntStream.range(0, models.size()).filter(i -> models.get(i).isExpert()).toArray();
    this.likelihoods = models.stream().map(model -> new LikelihoodSum()).toList();
    this.ensembles =
        experts.length == 0
            ? List.of()
            : settings.ensembles().stream()
                .map(ensemble -> new EnsembleEvaluation(ensemble, experts.length))
                .toList();
  }

  /**
   * Evaluates a split.
   *
   * <p>The figures of a cached prior on the validation split itself are a little too good, because
   * the prior saw some of those sequences; on the test split they are honest.
   *
   * @param models the scored checkpoints, in the order of the rows of each sequence; the experts
   *     among them make up the ensembles
   * @param validation sequences of the domain's validation split, in the order of their ids: the
   *     cached priors are decided on the first {@code cached_prior_sequences} of them (uniform if
   *     there is none)
   * @param scored sequences of the split itself, in the order of their ids
   * @return perplexity and bits per byte of each model and ensemble; empty if there is no token
   * @throws IllegalArgumentException if a sequence doesn't fit the models or is out of order
   */
  public static List<Result> evaluate(
      EvaluatedSplit target,
      List<ScoredModel> models,
      EvaluationSettings settings,
      Iterator<SequenceScores> validation,
      Iterator<SequenceScores> scored) {
    SplitEvaluation evaluation = new SplitEvaluation(target, models, settings);
    evaluation.decidePriors(evaluation.inOrder(validation), settings.cachedPriorSequences());
    Iterator<SequenceScores> ordered = evaluation.inOrder(scored);
    while (ordered.hasNext()) {
      evaluation.score(ordered.next());
    }
    return evaluation.results();
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

  private void decidePriors(Iterator<SequenceScores> validation, int maximumSequences) {
    for (int seen = 0; seen < maximumSequences && validation.hasNext(); seen++) {
      float[][] expertRows = expertRows(validation.next());
      ensembles.forEach(ensemble -> ensemble.observe(expertRows));
    }
  }

  private void score(SequenceScores sequence) {
    for (int i = 0; i < models.size(); i++) {
      likelihoods.get(i).add(sequence.ofModel(i), sequence.bytes());
    }
    float[][] expertRows = expertRows(sequence);
    ensembles.forEach(ensemble -> ensemble.score(expertRows, sequence.bytes()));
  }

  private float[][] expertRows(SequenceScores sequence) {
    return IntStream.of(experts).mapToObj(i -> sequence.ofModel(i)).toArray(float[][]::new);
  }

  private Iterator<SequenceScores> inOrder(Iterator<SequenceScores> sequences) {
    return new AscendingSequences(sequences, target, models.size());
  }

  private List<Result> results() {
    List<Result> results = new ArrayList<>();
    for (int i = 0; i < models.size(); i++) {
      ScoredModel model = models.get(i);
      addTo(results, model.model(target.domain()), likelihoods.get(i), model.hash());
    }
    String hash = Forest.hash(IntStream.of(experts).mapToObj(i -> models.get(i).hash()).toList());
    ensembles.forEach(e -> addTo(results, e.model(), e.likelihood(), hash));
    return results;
  }

  private void addTo(List<Result> results, String model, LikelihoodSum sum, String hash) {
    if (sum.tokens() > 0) {
      results.add(target.result(model, Result.PERPLEXITY, sum.perplexity(), sum.tokens(), hash));
    }
    if (sum.tokens() > 0 && sum.bytes() > 0) {
      results.add(
          target.result(model, Result.BITS_PER_BYTE, sum.bitsPerByte(), sum.tokens(), hash));
    }
  }
}
