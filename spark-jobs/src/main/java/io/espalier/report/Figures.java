package io.espalier.report;

import io.espalier.evaluate.Comparison;
import io.espalier.evaluate.DomainMean;
import io.espalier.evaluate.Result;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The results of one split, looked up by model, domain and metric. */
final class Figures {
  private final String split;
  private final List<ModelName> models;
  private final List<String> trainingDomains;
  private final List<String> evaluationDomains;
  private final Map<Key, Double> values = new LinkedHashMap<>();

  private record Key(String model, String domain, String metric) {}

  private Figures(String split, List<Result> results) {
    this.split = split;
    this.models =
        ModelName.ordered(
            results.stream().filter(r -> r.metric().equals(Result.PERPLEXITY)).toList());
    this.trainingDomains = domains(results, Result.TRAINING);
    this.evaluationDomains = domains(results, Result.EVALUATION);
    for (Result r : results) {
      values.put(new Key(r.model(), r.domain(), r.metric()), r.value());
    }
  }

  /**
   * Of the test split, or of the validation split where nothing was tested; means are added. Of the
   * run's own models: trials of a study and ensembles derived from others have views of their own.
   */
  static Figures of(List<Result> all) {
    List<Result> results = all.stream().filter(r -> !r.isOfTrial() && !r.isDerived()).toList();
    boolean tested = results.stream().anyMatch(r -> r.split().equals(Result.TEST_SPLIT));
    String split = tested ? Result.TEST_SPLIT : Result.VALIDATION_SPLIT;
    List<Result> ofSplit =
        new ArrayList<>(
            results.stream().filter(r -> r.split().equals(split) && !r.isMean()).toList());
    List<Result> withOwnExperts = new ArrayList<>(ofSplit);
    withOwnExperts.addAll(ownExperts(ofSplit));
    ofSplit.addAll(DomainMean.of(withOwnExperts));
    return new Figures(split, ofSplit);
  }

  /** Each expert on its own domain, as if they were one model. */
  static final String OWN_EXPERT = Comparison.OWN_EXPERT;

  private static List<Result> ownExperts(List<Result> results) {
    return results.stream()
        .filter(r -> r.model().equals(ModelName.expert(r.domain()).full()))
        .map(
            r ->
                new Result(
                    OWN_EXPERT,
                    r.domain(),
                    r.role(),
                    r.split(),
                    r.metric(),
                    r.value(),
                    r.tokens(),
                    r.checkpointHash()))
        .toList();
  }

  private static List<String> domains(List<Result> results, String role) {
    return results.stream()
        .filter(r -> r.role().equals(role) && !r.isMean())
        .map(Result::domain)
        .distinct()
        .sorted()
        .toList();
  }

  String split() {
    return split;
  }

  /** In the order of {@link ModelName#ordered}. */
  List<ModelName> models() {
    return models.stream().filter(model -> !model.full().equals(OWN_EXPERT)).toList();
  }

  List<ModelName> models(String family) {
    return models().stream().filter(model -> model.isFamily(family)).toList();
  }

  List<String> trainingDomains() {
    return trainingDomains;
  }

  List<String> evaluationDomains() {
    return evaluationDomains;
  }

  /** NaN if that wasn't measured. */
  double perplexity(String model, String domain) {
    return value(model, domain, Result.PERPLEXITY);
  }

  /** NaN if that wasn't measured. */
  double value(String model, String domain, String metric) {
    String looked =
        model.equals(OWN_EXPERT) && !domain.startsWith("mean(")
            ? ModelName.expert(domain).full()
            : model;
    return values.getOrDefault(new Key(looked, domain, metric), Double.NaN);
  }

  /** What the others are compared with: the dense model, or without one the seed, or the first. */
  ModelName reference() {
    return models().stream()
        .filter(model -> model.full().equals(ModelName.DENSE))
        .findFirst()
        .or(() -> models().stream().findFirst())
        .orElse(new ModelName(ModelName.DENSE));
  }
}
