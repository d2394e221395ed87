package io.espalier.forest;

import com.fasterxml.jackson.annotation.JsonTypeName;
import io.espalier.config.ConfigException;
import java.util.List;
import java.util.Map;

/**
 * softmax(−d² / T) over the distances of the text to the centres of the clusters that the domains
 * are (c-BTM, Gururangan et al. 2023, section 2.3).
 *
 * <p>The text is that of the sequence scored before, in the same split of the same domain: as with
 * the updating prior, always one sequence behind, so that no token is predicted from itself or from
 * anything after it. Uniform for the first sequence, and for a forest that has an expert whose
 * domain is no cluster.
 *
 * @param temperature above 0; the smaller, the more the nearest counts
 */
@JsonTypeName("cluster")
public record ClusterPrior(double temperature) implements Prior {
  private static final long serialVersionUID = 1L;

  public ClusterPrior {
    if (!(temperature > 0)) {
      throw new ConfigException(
          "temperature is %s but must be positive; c-BTM takes 0.1".formatted(temperature));
    }
  }

  /** Without text, nothing tells the experts apart. */
  @Override
  public double[] logPrior(PosteriorAverage validation, PosteriorAverage scoredSoFar) {
    return LogSpace.uniform(validation.logMean().length);
  }

  /**
   * The prior of a sequence that text came before.
   *
   * @param domains of the experts
   * @return log probability of each expert, shape (experts)
   */
  public double[] logPrior(List<String> domains, PrecedingText text) {
    Map<String, Double> known = text.logWeights(temperature);
    double[] uniform = LogSpace.uniform(domains.size());
    if (!known.keySet().containsAll(domains)) {
      return uniform;
    }
    return LogSpace.normalized(
        domains.stream()
            .mapToDouble(domain -> known.getOrDefault(domain, Double.NEGATIVE_INFINITY))
            .toArray(),
        uniform);
  }
}
