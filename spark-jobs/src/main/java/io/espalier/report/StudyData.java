package io.espalier.report;

import io.espalier.evaluate.Comparison;
import io.espalier.evaluate.Result;
import io.espalier.study.StudyModels;
import io.espalier.study.TrialKind;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Everything that the page of a study shows.
 *
 * @param run what was run
 * @param seedShare share of the updates in the seed of the run's own forest
 * @param denseTokens that the dense model, and every forest, has learned from
 * @param denseFlops by formula, of those tokens
 * @param trials in the order of the settings
 * @param models which models the study speaks of
 * @param results every figure, means over domains included
 * @param comparisons on test text
 * @param tableVersions version of each Delta table the figures were read from, by table name
 */
public record StudyData(
    RunFacts run,
    double seedShare,
    long denseTokens,
    double denseFlops,
    List<TrialFact> trials,
    StudyModels models,
    List<Result> results,
    List<Comparison> comparisons,
    Map<String, Long> tableVersions) {

  public StudyData {
    trials = List.copyOf(trials);
    results = List.copyOf(results);
    comparisons = List.copyOf(comparisons);
    tableVersions = Map.copyOf(tableVersions);
  }

  /** Perplexity on test text, or a mean of it over domains; NaN if that wasn't measured. */
  double perplexity(String model, String domain) {
    return figure(model, domain, Result.TEST_SPLIT);
  }

  /** Perplexity on validation text, which choices are made on. */
  double validation(String model) {
    return figure(model, Result.MEAN_TRAINING, Result.VALIDATION_SPLIT);
  }

  private double figure(String model, String domain, String split) {
    return results.stream()
        .filter(r -> r.model().equals(model) && r.domain().equals(domain))
        .filter(r -> r.split().equals(split) && r.metric().equals(Result.PERPLEXITY))
        .mapToDouble(Result::value)
        .findFirst()
        .orElse(Double.NaN);
  }

  Optional<Comparison> comparison(String model, String baseline, String domain) {
    return comparisons.stream()
        .filter(c -> c.model().equals(model) && c.baseline().equals(baseline))
        .filter(c -> c.domain().equals(domain))
        .findFirst();
  }

  /** Complete trials of a kind. */
  Stream<TrialFact> complete(TrialKind kind) {
    return trials.stream().filter(t -> t.complete() && t.trial().kind() == kind);
  }

  /** How many domains experts are trained on. */
  long trainingDomains() {
    return results.stream()
        .filter(r -> r.role().equals(Result.TRAINING) && !r.isMean())
        .map(Result::domain)
        .distinct()
        .count();
  }

  /** Training FLOPs that every model has in common. */
  public String denseFlopsText() {
    return Numbers.flops(denseFlops);
  }

  /** The version of a table as a caption says it. */
  public String source(String table) {
    return Phrases.source(tableVersions, table);
  }
}
