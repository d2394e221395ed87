package io.espalier.evaluate;

import io.espalier.forest.Ensemble;
import io.espalier.forest.ExpertWeights;
import io.espalier.forest.PosteriorAverage;

/** One ensemble on its way through one split. For one thread. */
final class EnsembleEvaluation {
  private final EnsembleSettings settings;
  private final Ensemble ensemble;
  private final PosteriorAverage validation;
  private final PosteriorAverage scoredSoFar;
  private final LikelihoodSum likelihood = new LikelihoodSum();

  EnsembleEvaluation(EnsembleSettings settings, int experts) {
    this.settings = settings;
    this.ensemble = settings.ensemble();
    this.validation = new PosteriorAverage(experts);
    this.scoredSoFar = new PosteriorAverage(experts);
  }

  /** Lets the cached prior see a validation sequence, shape (experts, tokens). */
  void observe(float[][] logProbabilities) {
    ExpertWeights.observe(settings.posterior(), validation, logProbabilities);
  }

  /** Scores a sequence under the mixture, shape (experts, tokens). */
  void score(float[][] logProbabilities, int bytes) {
    double[] logPrior = settings.prior().logPrior(validation, scoredSoFar);
    double[][] logPosterior = ensemble.logPosterior(logPrior, logProbabilities);
    likelihood.add(ensemble.logProbabilities(logPosterior, logProbabilities), bytes);
    scoredSoFar.add(logPosterior[logPosterior.length - 1]);
  }

  String model() {
    return "ensemble/" + settings.name();
  }

  LikelihoodSum likelihood() {
    return likelihood;
  }
}
