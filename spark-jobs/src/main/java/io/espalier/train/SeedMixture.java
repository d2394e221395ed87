package io.espalier.train;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.io.Serializable;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How often the samples of seed and dense model come from each domain. Experts have one domain, so
 * they have nothing to mix.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
public sealed interface SeedMixture extends Serializable
    permits BalancedMixture, ProportionalMixture, TemperatureMixture, GivenMixture {
  /** Samples in a round, at least: weights are kept to a hundredth. */
  int ROUND_SAMPLES = 128;

  /**
   * The weight of each domain, positive and of any sum.
   *
   * @throws io.espalier.config.ConfigException if a domain has none
   */
  double[] weights(List<DomainSequences> domains);

  /**
   * The domains with as many samples in each round as their weights say, and one each at least.
   *
   * @throws io.espalier.config.ConfigException if a domain has no weight
   */
  default List<DomainSequences> mix(List<DomainSequences> domains) {
    // Eight for each domain, so that small ones among many don't all come alike.
    long round = Math.max(ROUND_SAMPLES, 8L * domains.size());
    List<Long> samples = LargestRemainder.divide(round, weights(domains));
    return IntStream.range(0, domains.size())
        .mapToObj(i -> domains.get(i).withSamplesPerRound((int) (long) samples.get(i)))
        .toList();
  }
}
