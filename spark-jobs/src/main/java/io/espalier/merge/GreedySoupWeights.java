package io.espalier.merge;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Greedy soup (Wortsman et al. 2022, "Model soups", recipe 1): beginning with the expert of the
 * lowest validation perplexity, each next one joins the uniform average only if the average's
 * validation perplexity falls.
 */
@JsonTypeName("greedy_soup")
public record GreedySoupWeights() implements MergeWeights {
  private static final long serialVersionUID = 1L;

  @Override
  public boolean dependOnTarget() {
    return false;
  }

  @Override
  public double[] of(List<String> domains, Map<String, Double> posterior) {
    throw new IllegalArgumentException("greedy soup asks for perplexities, not for a posterior");
  }

  @Override
  public double[] of(List<String> domains, Map<String, Double> posterior, Validation validation) {
    int experts = domains.size();
    double[] own =
        validation.perplexities(
            IntStream.range(0, experts).mapToObj(i -> uniform(experts, List.of(i))).toList());
    List<Integer> bestFirst =
        IntStream.range(0, experts)
            .boxed()
            .sorted(Comparator.comparing((Integer i) -> own[i]).thenComparing(domains::get))
            .toList();
    List<Integer> soup = List.of(bestFirst.get(0));
    double best = own[bestFirst.get(0)];
    for (int next : bestFirst.subList(1, experts)) {
      List<Integer> candidate =
          IntStream.concat(soup.stream().mapToInt(i -> i), IntStream.of(next)).boxed().toList();
      double perplexity = validation.perplexities(List.of(uniform(experts, candidate)))[0];
      if (perplexity < best) {
        soup = candidate;
        best = perplexity;
      }
    }
    return uniform(experts, soup);
  }

  private static double[] uniform(int experts, List<Integer> members) {
    double[] shares = new double[experts];
    Arrays.setAll(shares, i -> members.contains(i) ? 1.0 / members.size() : 0);
    return shares;
  }
}
