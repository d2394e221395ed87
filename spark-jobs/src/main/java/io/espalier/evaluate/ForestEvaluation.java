package io.espalier.evaluate;

import io.espalier.forest.ClusterPrior;
import io.espalier.forest.ExpertScores;
import io.espalier.forest.Forest;
import io.espalier.forest.Posterior;
import io.espalier.forest.PosteriorPath;
import io.espalier.forest.Prior;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The ensembles of one forest on their way through one split: those of the settings, and those that
 * follow from them without another forward pass (other values of top-k, forests that lack one
 * expert). For one thread.
 */
final class ForestEvaluation {
  private final String forest;
  private final List<ScoredModel> experts;
  private final EvaluationSettings settings;
  private final Map<PathKey, PosteriorPath> paths = new LinkedHashMap<>();
  private final List<Mixture> mixtures = new ArrayList<>();

  /** What a posterior depends on; top-k is not among it. */
  private record PathKey(Posterior posterior, Prior prior, int without) {}

  /**
   * Nothing seen yet.
   *
   * @param forest the prefix of its checkpoints' names
   * @param experts in the order of the rows they scored
   */
  ForestEvaluation(String forest, List<ScoredModel> experts, EvaluationSettings settings) {
    this.forest = forest;
    this.experts = experts;
    this.settings = settings;
    settings.ensembles().forEach(ensemble -> add(ensemble, name(ensemble), -1));
    settings.ofTopKCurve().ifPresent(this::addTopKCurve);
    settings.ofLeaveOneOut().ifPresent(this::addLeaveOneOut);
  }

  /** Every power of two below the number of experts; all of them is the ensemble itself. */
  private void addTopKCurve(EnsembleSettings ensemble) {
    for (int k = 1; k < experts.size(); k *= 2) {
      add(ensemble.withTopK(k), name(ensemble) + Result.TOP_K + k, -1);
    }
  }

  private void addLeaveOneOut(EnsembleSettings ensemble) {
    for (int j = 0; j < experts.size() && experts.size() > 1; j++) {
      add(ensemble, name(ensemble) + Result.WITHOUT + experts.get(j).expertOf(), j);
    }
  }

  private String name(EnsembleSettings ensemble) {
    return forest + "ensemble/" + ensemble.name();
  }

  private void add(EnsembleSettings ensemble, String model, int without) {
    PosteriorPath path =
        paths.computeIfAbsent(
            new PathKey(ensemble.posterior(), ensemble.prior(), without),
            key ->
                new PosteriorPath(
                    ensemble.posterior(),
                    ensemble.prior(),
                    members(without),
                    ensemble.prior().validationSequences(settings.cachedPriorSequences())));
    String hash =
        Forest.hash(IntStream.of(members(without)).mapToObj(j -> experts.get(j).hash()).toList());
    mixtures.add(
        new Mixture(model, path, ensemble.topK(), ensemble.topKBy(), hash, new ModelSum()));
  }

  private int[] members(int without) {
    return IntStream.range(0, experts.size()).filter(j -> j != without).toArray();
  }

  /** Lets the cached priors see a validation sequence, shape (experts, tokens). */
  void observe(float[][] logProbabilities) {
    ExpertScores scores = new ExpertScores(logProbabilities);
    paths.values().forEach(path -> path.observe(scores));
  }

  /** Scores a sequence under every mixture, shape (experts, tokens). */
  void score(float[][] logProbabilities, SequenceScores sequence) {
    ExpertScores scores = new ExpertScores(logProbabilities);
    paths.forEach((key, path) -> follow(key, path, scores, sequence));
    mixtures.forEach(mixture -> mixture.score(scores, sequence));
  }

  private void follow(
      PathKey key, PosteriorPath path, ExpertScores scores, SequenceScores sequence) {
    if (key.prior() instanceof ClusterPrior clusters) {
      List<String> domains =
          IntStream.of(members(key.without())).mapToObj(j -> experts.get(j).expertOf()).toList();
      path.follow(scores, clusters.logPrior(domains, sequence.preceding()));
    } else {
      path.follow(scores);
    }
  }

  List<Mixture> mixtures() {
    return mixtures;
  }
}
