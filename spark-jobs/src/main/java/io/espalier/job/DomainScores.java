package io.espalier.job;

import io.espalier.evaluate.EvaluatedSplit;
import io.espalier.evaluate.EvaluationSettings;
import io.espalier.evaluate.Result;
import io.espalier.evaluate.ScoredModel;
import io.espalier.evaluate.SequenceScores;
import io.espalier.evaluate.SplitEvaluation;
import io.espalier.forest.ExpertWeights;
import io.espalier.forest.Posterior;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/**
 * Walks through one partition's scores, sorted by domain, then validation before test, then
 * sequence, and evaluates each domain as it passes. Memory holds the validation sequences that
 * decide priors, whatever the number of sequences.
 */
final class DomainScores {
  private final Iterator<Row> rows;
  private final EvaluationSettings settings;
  private @Nullable Row next;

  private DomainScores(Iterator<Row> rows, EvaluationSettings settings) {
    this.rows = rows;
    this.settings = settings;
    advance();
  }

  /** Every figure of every domain in the partition. */
  static List<Result> results(
      Iterator<Row> rows, Map<String, String> roles, EvaluationSettings settings) {
    DomainScores scores = new DomainScores(rows, settings);
    List<Result> results = new ArrayList<>();
    while (scores.next != null) {
      String domain = scores.next.getAs("domain");
      results.addAll(scores.domain(domain, roles.getOrDefault(domain, Result.EVALUATION)));
    }
    return results;
  }

  private List<Result> domain(String domain, String role) {
    List<ScoredModel> models = modelsOf(current());
    EvaluatedSplit validation = new EvaluatedSplit(domain, role, Result.VALIDATION_SPLIT);
    EvaluatedSplit test = new EvaluatedSplit(domain, role, Result.TEST_SPLIT);
    Iterator<SequenceScores> validationScores = split(validation);
    List<SequenceScores> deciding = new ArrayList<>();
    while (deciding.size() < settings.cachedPriorSequences() && validationScores.hasNext()) {
      deciding.add(validationScores.next());
    }
    List<Result> results = new ArrayList<>(cachedPrior(validation, models, deciding));
    results.addAll(
        SplitEvaluation.evaluate(
            validation, models, settings, deciding.iterator(), joined(deciding, validationScores)));
    results.addAll(
        SplitEvaluation.evaluate(test, models, settings, deciding.iterator(), split(test)));
    return results;
  }

  private static List<Result> cachedPrior(
      EvaluatedSplit target, List<ScoredModel> models, List<SequenceScores> deciding) {
    List<ScoredModel> experts = models.stream().filter(ScoredModel::isExpert).toList();
    if (experts.isEmpty() || deciding.isEmpty()) {
      return List.of();
    }
    int[] rows = experts.stream().mapToInt(models::indexOf).toArray();
    Iterator<float[][]> expertRows =
        deciding.stream()
            .map(
                sequence -> {
                  float[][] of = new float[rows.length][];
                  java.util.Arrays.setAll(of, j -> sequence.ofModel(rows[j]));
                  return of;
                })
            .iterator();
    long tokens = deciding.stream().mapToLong(sequence -> sequence.ofModel(0).length).sum();
    return SplitEvaluation.cachedPrior(
        target,
        ExpertWeights.ofValidation(
            Posterior.FULL_CONTEXT, experts.size(), expertRows, deciding.size()),
        experts,
        tokens);
  }

  /** The sequences of a split that come next, up to the first of another split or domain. */
  private Iterator<SequenceScores> split(EvaluatedSplit split) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return next != null
            && split.domain().equals(next.getAs("domain"))
            && split.split().equals(next.getAs("split"));
      }

      @Override
      public SequenceScores next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        SequenceScores scores = decoded(current());
        advance();
        return scores;
      }
    };
  }

  private Row current() {
    if (next == null) {
      throw new NoSuchElementException();
    }
    return next;
  }

  private void advance() {
    next = rows.hasNext() ? rows.next() : null;
  }

  private static List<ScoredModel> modelsOf(Row row) {
    List<Row> scored = row.getList(row.fieldIndex("scores"));
    return scored.stream()
        .map(score -> new ScoredModel(score.getAs("checkpoint"), score.getAs("checkpoint_hash")))
        .toList();
  }

  private static SequenceScores decoded(Row row) {
    List<Row> scored = row.getList(row.fieldIndex("scores"));
    float[][] logProbabilities =
        scored.stream()
            .map(score -> floats(score.getAs("log_probabilities")))
            .toArray(float[][]::new);
    return new SequenceScores(row.getAs("sequence_id"), row.getAs("bytes"), logProbabilities);
  }

  private static float[] floats(byte[] packed) {
    float[] values = new float[packed.length / Float.BYTES];
    ByteBuffer.wrap(packed).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return values;
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
