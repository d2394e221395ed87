package io.espalier.cluster;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * How much each domain weighs for a text: softmax(−d² / T) over the distances to the centres
 * (c-BTM, Gururangan et al. 2023, section 2.3). Where a domain was divided, its weight is divided
 * among its parts in the same way. Thread-safe.
 */
public final class ClusterWeights {
  private final Map<String, ClusterAssigner> assigners = new HashMap<>();

  public ClusterWeights(ClusterModels models) {
    models.models().forEach((domain, model) -> assigners.put(domain, new ClusterAssigner(model)));
  }

  /**
   * Domain → natural-log weight; empty where no model divides all text.
   *
   * @param temperature above 0; c-BTM takes 0.1
   */
  public Map<String, Double> logWeights(String text, double temperature) {
    Map<String, Double> weights = new HashMap<>();
    divide(ClusterModels.ALL, 0, text, temperature, weights);
    weights.remove(ClusterModels.ALL);
    return weights;
  }

  private void divide(
      String domain,
      double logWeight,
      String text,
      double temperature,
      Map<String, Double> weights) {
    ClusterAssigner assigner = assigners.get(domain);
    if (assigner == null) {
      weights.put(domain, logWeight);
      return;
    }
    List<String> names = assigner.names();
    double[] distances = assigner.squaredDistances(text);
    double nearest = Double.POSITIVE_INFINITY;
    for (double distance : distances) {
      nearest = Math.min(nearest, distance);
    }
    double sum = 0;
    for (double distance : distances) {
      sum += Math.exp((nearest - distance) / temperature);
    }
    for (int c = 0; c < distances.length; c++) {
      double log = (nearest - distances[c]) / temperature - Math.log(sum);
      divide(Objects.requireNonNull(names.get(c)), logWeight + log, text, temperature, weights);
    }
  }
}
