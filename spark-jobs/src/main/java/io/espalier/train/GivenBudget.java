package io.espalier.train;

import com.fasterxml.jackson.annotation.JsonTypeName;
import io.espalier.config.ConfigException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Shares of the updates that the user gives.
 *
 * @param shares by domain of an expert: each above 0, 1 in sum
 */
@JsonTypeName("given")
public record GivenBudget(Map<String, Double> shares) implements Budget {
  private static final long serialVersionUID = 1L;
  private static final double SUM_TOLERANCE = 1e-6;

  public GivenBudget {
    shares = Collections.unmodifiableMap(new TreeMap<>(shares));
    shares.forEach(
        (domain, share) -> {
          if (share == null || !(share > 0) || share.isInfinite()) {
            throw new ConfigException(
                "shares of %s is %s but must be above 0 and at most 1; 0.5 would work, or leaving it out of experts.domains"
                    .formatted(domain, share));
          }
        });
    double sum = shares.values().stream().mapToDouble(Double::doubleValue).sum();
    if (Math.abs(sum - 1) > SUM_TOLERANCE) {
      throw new ConfigException(
          "shares sum to %s but must sum to 1; divide each of them by that".formatted(sum));
    }
  }

  @Override
  public List<Long> updates(List<DomainSequences> experts, long each) {
    List<String> domains = experts.stream().map(DomainSequences::domain).toList();
    check(domains, each);
    double[] inOrder =
        domains.stream().mapToDouble(domain -> shares.getOrDefault(domain, 0.0)).toArray();
    return LargestRemainder.divide(Math.multiplyExact(each, (long) experts.size()), inOrder);
  }

  @Override
  public void check(List<String> domains, long each) {
    if (!shares.keySet().equals(Set.copyOf(domains))) {
      throw new ConfigException(
          "experts.budget.shares names %s but must name each expert's domain: %s"
              .formatted(
                  String.join(", ", shares.keySet()),
                  String.join(", ", domains.stream().sorted().toList())));
    }
  }

  @Override
  public String described(int experts, long each) {
    List<String> domains = List.copyOf(shares.keySet());
    double[] inOrder = shares.values().stream().mapToDouble(Double::doubleValue).toArray();
    List<Long> updates =
        LargestRemainder.divide(Math.multiplyExact(each, (long) domains.size()), inOrder);
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < domains.size(); i++) {
      parts.add("%s %,d".formatted(domains.get(i), updates.get(i)));
    }
    return "The experts share %s: %s"
        .formatted(Budget.total(domains.size(), each), String.join(", ", parts));
  }
}
