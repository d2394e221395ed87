package io.espalier.merge;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.io.Serializable;
import java.util.List;
import java.util.Map;

/** The rule that gives each expert its share in a merge: no share negative, 1 in sum. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
public sealed interface MergeWeights extends Serializable
    permits UniformWeights, GivenWeights, PosteriorWeights, ArgmaxWeights, GreedySoupWeights {

  /** Whether the shares are those of one target domain, so that a posterior must be supplied. */
  boolean dependOnTarget();

  /**
   * The share of each expert.
   *
   * @param domains the experts' domains
   * @param posterior probability of each expert's domain given text of the target domain; only
   *     looked at if the shares depend on the target
   * @return shape (experts), in the order of the domains
   */
  double[] of(List<String> domains, Map<String, Double> posterior);

  /** Says how good merges would be, for rules that try them. */
  @FunctionalInterface
  interface Validation {

    /**
     * Perplexities on validation text, the mean over the training domains.
     *
     * @param shares of each expert, one array for each merge that is tried
     */
    double[] perplexities(List<double[]> shares);
  }

  /**
   * The share of each expert, by a rule that may try merges.
   *
   * @param validation asked as often as the rule wants to know
   */
  default double[] of(List<String> domains, Map<String, Double> posterior, Validation validation) {
    return of(domains, posterior);
  }
}
