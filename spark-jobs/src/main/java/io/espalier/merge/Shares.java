package io.espalier.merge;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Arithmetic of shares. */
final class Shares {
  private Shares() {}

  /** The domains' numbers, divided by their sum; 0 for a domain without one. */
  static double[] normalised(List<String> domains, Map<String, Double> byDomain) {
    double[] shares = domains.stream().mapToDouble(d -> byDomain.getOrDefault(d, 0.0)).toArray();
    // In ascending order, so that the order of the domains can't change the sum.
    double sum = Arrays.stream(shares).sorted().reduce(0, Double::sum);
    if (!(sum > 0) || Double.isInfinite(sum) || Arrays.stream(shares).anyMatch(s -> s < 0)) {
      throw new IllegalArgumentException(
          "shares %s must not be negative and have a finite, positive sum".formatted(byDomain));
    }
    return Arrays.stream(shares).map(share -> share / sum).toArray();
  }
}
