package io.espalier.study;

import io.espalier.evaluate.Result;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which models a study speaks of. Where there is a choice, like the dense model at its best, it is
 * made on validation text; test text is for the figures that are stated.
 *
 * @param ensemble the name, {@code ensemble/<name>}, of the mixture that stands for each forest
 * @param denseAtBest the dense model with the lowest mean validation perplexity over the training
 *     domains, of the run's own and those of the sweep
 * @param forestAtBest prefix of the forest whose ensemble has the lowest, of the run's own (empty)
 *     and those of the sweeps
 * @param bestExpert the single expert with the lowest; empty if there is none
 */
public record StudyModels(
    String ensemble, String denseAtBest, String forestAtBest, String bestExpert) {

  /**
   * Chooses.
   *
   * @param results of all models, means over domains included
   * @param ensemble name of an ensemble of the section {@code evaluation}
   */
  public static StudyModels of(List<Trial> trials, List<Result> results, String ensemble) {
    String mixture = "ensemble/" + ensemble;
    List<String> dense = new ArrayList<>(List.of("dense"));
    ofKind(trials, TrialKind.DENSE_SWEEP).forEach(t -> dense.add(t.prefix() + "dense"));
    List<String> forests = new ArrayList<>(List.of(""));
    ofKind(trials, TrialKind.EXPERT_SWEEP).forEach(t -> forests.add(t.prefix()));
    ofKind(trials, TrialKind.FOREST_SWEEP).forEach(t -> forests.add(t.prefix()));
    List<String> experts =
        results.stream()
            .map(Result::model)
            .filter(model -> model.startsWith("expert/"))
            .distinct()
            .toList();
    String forest = best(results, forests.stream().map(f -> f + mixture).toList()).orElse(mixture);
    return new StudyModels(
        mixture,
        best(results, dense).orElse("dense"),
        forest.substring(0, forest.length() - mixture.length()),
        best(results, experts).orElse(""));
  }

  /** The trials of a kind, in their order. */
  public static Stream<Trial> ofKind(List<Trial> trials, TrialKind kind) {
    return trials.stream().filter(trial -> trial.kind() == kind);
  }

  /** A model's mean perplexity over the training domains; NaN if it wasn't measured. */
  public static double mean(List<Result> results, String model, String split) {
    return results.stream()
        .filter(r -> r.model().equals(model) && r.split().equals(split))
        .filter(r -> r.metric().equals(Result.PERPLEXITY))
        .filter(r -> r.domain().equals(Result.MEAN_TRAINING))
        .mapToDouble(Result::value)
        .findFirst()
        .orElse(Double.NaN);
  }

  private static Optional<String> best(List<Result> results, List<String> models) {
    return models.stream()
        .filter(model -> !Double.isNaN(mean(results, model, Result.VALIDATION_SPLIT)))
        .min(Comparator.comparingDouble(m -> mean(results, m, Result.VALIDATION_SPLIT)));
  }
}
