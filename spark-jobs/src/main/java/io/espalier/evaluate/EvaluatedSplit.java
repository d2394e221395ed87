package io.espalier.evaluate;

import java.io.Serializable;

/**
 * Which text is evaluated.
 *
 * @param domain its domain
 * @param role {@link Result#TRAINING} or {@link Result#EVALUATION}
 * @param split {@code validation} or {@code test}
 */
public record EvaluatedSplit(String domain, String role, String split) implements Serializable {
  private static final long serialVersionUID = 1L;

  Result result(String model, String metric, double value, long tokens, String hash) {
    return new Result(model, domain, role, split, metric, value, tokens, hash);
  }
}
