package io.espalier.job;

import io.espalier.config.FormatException;
import io.espalier.evaluate.EvaluatedSplit;
import io.espalier.evaluate.EvaluationSettings;
import io.espalier.evaluate.ForestFigures;
import io.espalier.evaluate.Result;
import io.espalier.evaluate.ScoredModel;
import io.espalier.evaluate.SequenceScores;
import io.espalier.evaluate.SplitEvaluation;
import io.espalier.evaluate.SplitEvaluation.SplitFigures;
import io.espalier.forest.ExpertWeights;
import io.espalier.forest.Posterior;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Row;

/**
 * Walks through one partition's scores, sorted by domain, then validation before test, then
 * sequence, and evaluates each domain as it passes. Memory holds the validation sequences that
 * decide priors, whatever the number of sequences.
 */
final class DomainScores {
  private final SequenceRows sequences;
  private final EvaluationSettings settings;

  private DomainScores(SequenceRows sequences, EvaluationSettings settings) {
    this.sequences = sequences;
    this.settings = settings;
  }

  /** Every figure of each domain in the partition. */
  static List<ForestFigures> figures(
      Iterator<Row> rows,
      List<ScoredModel> models,
      EvaluateForest.SequenceLayout layout,
      Map<String, String> roles,
      EvaluationSettings settings,
      ClusterText.Source clusters) {
    Optional<ClusterText> text = clusters.open();
    try {
      DomainScores scores =
          new DomainScores(new SequenceRows(rows, models, layout, text), settings);
      List<ForestFigures> figures = new ArrayList<>();
      while (scores.sequences.hasNext()) {
        String domain = scores.sequences.domain();
        figures.add(scores.domain(domain, roles.getOrDefault(domain, Result.EVALUATION)));
      }
      return figures;
    } finally {
      text.ifPresent(ClusterText::close);
    }
  }

  private ForestFigures domain(String domain, String role) {
    EvaluatedSplit validation = new EvaluatedSplit(domain, role, Result.VALIDATION_SPLIT);
    EvaluatedSplit test = new EvaluatedSplit(domain, role, Result.TEST_SPLIT);
    List<Result> results = new ArrayList<>();
    List<SplitFigures> splits = new ArrayList<>();
    List<ScoredModel> deciders = List.of();
    List<SequenceScores> deciding = new ArrayList<>();
    if (sequences.isOf(validation)) {
      deciders = sequences.models();
      Iterator<SequenceScores> all = sequences.of(validation);
      while (deciding.size() < settings.mostPriorSequences() && all.hasNext()) {
        deciding.add(all.next());
      }
      results.addAll(cachedPriors(validation, deciders, deciding));
      splits.add(
          SplitEvaluation.figures(
              validation, deciders, settings, deciding.iterator(), joined(deciding, all)));
    }
    if (sequences.isOf(test)) {
      List<ScoredModel> models = sequences.models();
      splits.add(
          SplitEvaluation.figures(
              test,
              models,
              settings,
              of(models, deciders, deciding).iterator(),
              sequences.of(test)));
    }
    splits.forEach(split -> results.addAll(split.results()));
    return new ForestFigures(results, splits.stream().map(SplitFigures::documents).toList());
  }

  private List<Result> cachedPriors(
      EvaluatedSplit target, List<ScoredModel> models, List<SequenceScores> validation) {
    List<SequenceScores> deciding =
        validation.subList(0, Math.min(validation.size(), settings.cachedPriorSequences()));
    long tokens = deciding.stream().mapToLong(sequence -> sequence.ofModel(0).length).sum();
    List<Result> priors = new ArrayList<>();
    SplitEvaluation.expertsByForest(models)
        .forEach(
            (forest, rows) ->
                priors.addAll(
                    SplitEvaluation.cachedPrior(
                        target,
                        ExpertWeights.ofValidation(
                            Posterior.FULL_CONTEXT,
                            rows.length,
                            deciding.stream().map(sequence -> sequence.ofModels(rows)).iterator(),
                            deciding.size()),
                        java.util.Arrays.stream(rows).mapToObj(models::get).toList(),
                        tokens)));
    return priors;
  }

  /**
   * The deciding sequences with a row for each of the models that score. Only experts decide; what
   * else wasn't asked about validation text stands for nothing there, and any row will do.
   */
  private static List<SequenceScores> of(
      List<ScoredModel> models, List<ScoredModel> deciders, List<SequenceScores> deciding) {
    if (deciding.isEmpty() || models.equals(deciders)) {
      return deciding;
    }
    int[] rows = models.stream().mapToInt(deciders::indexOf).toArray();
    for (int i = 0; i < rows.length; i++) {
      if (rows[i] < 0 && models.get(i).isExpert()) {
        throw new FormatException(
            "%s scored test text but no validation text, on which its prior is decided"
                .formatted(models.get(i).checkpoint()));
      }
      rows[i] = Math.max(0, rows[i]);
    }
    return deciding.stream()
        .map(s -> new SequenceScores(s.sequenceId(), s.bytes(), s.ofModels(rows)))
        .toList();
  }

  private static <T> Iterator<T> joined(List<T> firstOnes, Iterator<T> rest) {
    Iterator<T> first = firstOnes.iterator();
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return first.hasNext() || rest.hasNext();
      }

      @Override
      public T next() {
        return first.hasNext() ? first.next() : rest.next();
      }
    };
  }
}
