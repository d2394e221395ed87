package io.espalier.evaluate;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which differences a run's report states, each tested: every model against the dense one (without
 * one, against the seed), the dense one against the seed, and ensembles with fewer experts against
 * the ensemble with all of them.
 */
public final class RunComparisons {
  private RunComparisons() {}

  /**
   * Tests them on the test split, or on the validation split where nothing was tested.
   *
   * @param resamples 0 = nothing is tested
   */
  public static List<Comparison> of(List<DocumentScores> documents, int resamples, long seed) {
    if (resamples == 0) {
      return List.of();
    }
    boolean tested = documents.stream().anyMatch(d -> d.split().split().equals(Result.TEST_SPLIT));
    PairedBootstrap bootstrap =
        new PairedBootstrap(
            documents, tested ? Result.TEST_SPLIT : Result.VALIDATION_SPLIT, resamples, seed);
    Set<String> models = new TreeSet<>();
    documents.forEach(d -> models.addAll(d.negativeLogProbability().keySet()));
    models.removeIf(model -> model.startsWith(Result.TRIALS));
    if (models.stream().anyMatch(model -> model.startsWith("expert/"))) {
      models.add(Comparison.OWN_EXPERT);
    }
    List<Comparison> comparisons = new ArrayList<>();
    for (String model : models) {
      baseline(model, models).ifPresent(b -> comparisons.addAll(bootstrap.compare(model, b)));
    }
    return comparisons;
  }

  private static Optional<String> baseline(String model, Set<String> models) {
    for (String derived : List.of(Result.TOP_K, Result.WITHOUT)) {
      if (model.contains(derived)) {
        return Optional.of(model.substring(0, model.indexOf(derived)));
      }
    }
    return List.of("dense", "seed").stream()
        .filter(reference -> models.contains(reference) && !reference.equals(model))
        .filter(reference -> !model.equals("seed"))
        .findFirst();
  }
}
