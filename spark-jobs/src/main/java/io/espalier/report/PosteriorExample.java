package io.espalier.report;

import java.util.ArrayList;
import java.util.List;

/**
 * A text and the posterior over experts along it.
 *
 * @param domain the text's domain
 * @param split its split
 * @param sequenceId its id within domain and split
 * @param ensemble name of the ensemble whose posterior and prior were used
 * @param tokens the predicted tokens as text, in order
 * @param experts the experts' domains
 * @param posterior probability of each expert before each token, shape (tokens, experts)
 */
public record PosteriorExample(
    String domain,
    String split,
    long sequenceId,
    String ensemble,
    List<String> tokens,
    List<String> experts,
    List<List<Double>> posterior) {

  public PosteriorExample {
    tokens = List.copyOf(tokens);
    experts = List.copyOf(experts);
    posterior = posterior.stream().map(List::copyOf).toList();
    if (posterior.size() != tokens.size()) {
      throw new IllegalArgumentException(
          "%d rows of posterior for %d tokens".formatted(posterior.size(), tokens.size()));
    }
    for (List<Double> row : posterior) {
      if (row.size() != experts.size()) {
        throw new IllegalArgumentException(
            "a posterior over %d experts but %d are named".formatted(row.size(), experts.size()));
      }
    }
  }

  /**
   * Makes an example of the log posterior as {@code forest} computes it.
   *
   * @param logPosterior shape (tokens + 1, experts); the last row, after the text, isn't shown
   */
  public static PosteriorExample of(
      String domain,
      String split,
      long sequenceId,
      String ensemble,
      List<String> tokens,
      List<String> experts,
      double[][] logPosterior) {
    List<List<Double>> rows = new ArrayList<>();
    for (int t = 0; t < tokens.size(); t++) {
      List<Double> row = new ArrayList<>();
      for (double logProbability : logPosterior[t]) {
        row.add(Math.exp(logProbability));
      }
      rows.add(row);
    }
    return new PosteriorExample(domain, split, sequenceId, ensemble, tokens, experts, rows);
  }
}
