package io.espalier.evaluate;

import java.io.Serializable;
import java.util.Map;
import java.util.TreeMap;

/**
 * What every model thinks of every document of a split: what differences between models are tested
 * on.
 *
 * @param tokens of each document; where a split has more than a thousand of them, of each group of
 *     neighbouring documents
 * @param negativeLogProbability model, as in {@link Result#model}, → the sum over each document's
 *     tokens, natural logarithm
 */
@SuppressWarnings("ArrayRecordComponent") // a value to compute with, never compared
public record DocumentScores(
    EvaluatedSplit split, long[] tokens, Map<String, double[]> negativeLogProbability)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  public DocumentScores {
    negativeLogProbability = new TreeMap<>(negativeLogProbability);
    negativeLogProbability.forEach(
        (model, sums) -> {
          if (sums.length != tokens.length) {
            throw new IllegalArgumentException(
                "%s scored %d documents of %s but must have scored %d"
                    .formatted(model, sums.length, split.domain(), tokens.length));
          }
        });
  }

  /** What a model says of each document. */
  public double[] of(String model) {
    double[] sums = negativeLogProbability.get(model);
    if (sums == null) {
      throw new IllegalArgumentException(model + " did not score " + split.domain());
    }
    return sums;
  }
}
