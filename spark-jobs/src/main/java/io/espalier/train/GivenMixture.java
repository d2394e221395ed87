package io.espalier.train;

import com.fasterxml.jackson.annotation.JsonTypeName;
import io.espalier.config.ConfigException;
import io.espalier.config.Rule;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Weights that the user knows.
 *
 * @param weights by domain, of any sum; where a trial has fewer domains, theirs alone count
 */
@JsonTypeName("given")
public record GivenMixture(Map<String, Double> weights) implements SeedMixture {
  private static final long serialVersionUID = 1L;

  public GivenMixture {
    weights = new TreeMap<>(weights);
    weights.forEach((domain, weight) -> Rule.positive("weights." + domain, weight));
  }

  @Override
  public double[] weights(List<DomainSequences> domains) {
    List<String> names = domains.stream().map(DomainSequences::domain).toList();
    if (!weights.keySet().containsAll(names)) {
      throw new ConfigException(
          "training.seed_mixture.weights names %s but must name each training domain: %s"
              .formatted(
                  weights.keySet(), names.stream().sorted().collect(Collectors.joining(", "))));
    }
    return names.stream().mapToDouble(name -> weights.getOrDefault(name, 0.0)).toArray();
  }

  /** Refuses a weight of a domain that isn't trained on. */
  public void requireKnown(List<DomainSequences> domains) {
    List<String> names = domains.stream().map(DomainSequences::domain).sorted().toList();
    for (String domain : weights.keySet()) {
      if (!names.contains(domain)) {
        throw new ConfigException(
            "training.seed_mixture.weights names %s but the training domains are %s"
                .formatted(domain, String.join(", ", names)));
      }
    }
  }
}
