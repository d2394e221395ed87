package io.espalier.study;

import io.espalier.evaluate.Comparison;
import io.espalier.evaluate.DocumentScores;
import io.espalier.evaluate.PairedBootstrap;
import io.espalier.evaluate.Result;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The pairs of models whose difference a study states, each with its interval. */
public final class StudyComparisons {
  private static final String DENSE = "dense";
  private static final String UNIFORM = "merged/uniform";
  private static final String POSTERIOR = "merged/posterior";

  private record Pair(String model, String baseline) {}

  private StudyComparisons() {}

  /**
   * Compares on test text.
   *
   * @param documents what each document contributed to each model's figures
   * @param resamples of documents, for each interval
   */
  public static List<Comparison> of(
      List<Trial> trials,
      StudyModels models,
      List<DocumentScores> documents,
      int resamples,
      long seed) {
    PairedBootstrap all = new PairedBootstrap(documents, Result.TEST_SPLIT, resamples, seed);
    List<Comparison> comparisons = new ArrayList<>();
    for (Pair pair : pairs(trials, models)) {
      comparisons.addAll(all.compare(pair.model(), pair.baseline()));
    }
    StudyModels.ofKind(trials, TrialKind.DOMAIN_COUNT)
        .forEach(
            trial -> {
              var own =
                  new PairedBootstrap(
                      ofOwnDomains(trial, documents), Result.TEST_SPLIT, resamples, seed);
              comparisons.addAll(
                  own.compare(trial.prefix() + models.ensemble(), trial.prefix() + DENSE));
            });
    return comparisons;
  }

  private static Set<Pair> pairs(List<Trial> trials, StudyModels models) {
    String ensemble = models.ensemble();
    String forestAtBest = models.forestAtBest() + ensemble;
    Set<Pair> pairs = new LinkedHashSet<>();
    pairs.add(new Pair(ensemble, DENSE));
    pairs.add(new Pair(ensemble, models.denseAtBest()));
    pairs.add(new Pair(forestAtBest, DENSE));
    pairs.add(new Pair(forestAtBest, models.denseAtBest()));
    pairs.add(new Pair(ensemble, "seed"));
    if (!models.bestExpert().isEmpty()) {
      pairs.add(new Pair(ensemble, models.bestExpert()));
    }
    pairs.add(new Pair(POSTERIOR, UNIFORM));
    pairs.add(new Pair(POSTERIOR, DENSE));
    pairs.add(new Pair(UNIFORM, DENSE));
    for (Trial trial : trials) {
      String prefix = trial.prefix();
      switch (trial.kind()) {
        case RANDOM_SPLIT, SEED_CORPUS -> pairs.add(new Pair(prefix + ensemble, ensemble));
        case UNSHARED_SEED -> {
          pairs.add(new Pair(prefix + UNIFORM, UNIFORM));
          pairs.add(new Pair(prefix + ensemble, ensemble));
        }
        case SEED_SHARE, EXPERT_SWEEP, FOREST_SWEEP ->
            pairs.add(new Pair(prefix + ensemble, DENSE));
        case REPLICATE -> pairs.add(new Pair(prefix + ensemble, prefix + DENSE));
        case DENSE_SWEEP -> pairs.add(new Pair(prefix + DENSE, DENSE));
        case DOMAIN_COUNT -> {} // Of its own domains alone.
      }
    }
    return pairs;
  }

  private static List<DocumentScores> ofOwnDomains(Trial trial, List<DocumentScores> documents) {
    Set<String> domains = new LinkedHashSet<>();
    trial.experts().forEach(plan -> plan.domains().forEach(d -> domains.add(d.domain())));
    return documents.stream().filter(d -> domains.contains(d.split().domain())).toList();
  }

  /** The mean over training domains, or over evaluation domains, of one pair. */
  public static Optional<Comparison> mean(
      List<Comparison> comparisons, String model, String baseline, String domain) {
    return comparisons.stream()
        .filter(c -> c.model().equals(model) && c.baseline().equals(baseline))
        .filter(c -> c.domain().equals(domain))
        .findFirst();
  }
}
