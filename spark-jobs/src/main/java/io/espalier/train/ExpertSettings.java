package io.espalier.train;

import io.espalier.config.ConfigException;
import io.espalier.config.Rule;
import java.io.Serializable;
import java.util.HashSet;
import java.util.List;

/**
 * Which experts grow from the seed.
 *
 * @param domains one expert each; empty = every training domain
 * @param globalBatchSequences sequences per update of an expert; 0 = the rule of the paper: the
 *     dense batch divided by the number of experts, so that all experts together cost what the
 *     dense model costs
 * @param budget how the updates are divided among them
 * @param parallel ranks of each expert
 * @param batches a curriculum: lists of domains, one after the other; each but the first branches
 *     from the forest so far; empty = all at once
 * @param branchFrom what the experts of later batches begin with: {@value #BRANCH_FROM}
 */
public record ExpertSettings(
    List<String> domains,
    int globalBatchSequences,
    Budget budget,
    ParallelSettings parallel,
    List<List<String>> batches,
    String branchFrom)
    implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final String BRANCH_FROM = "seed, uniform, nearest, posterior";

  public ExpertSettings {
    domains = List.copyOf(domains);
    batches = batches.stream().map(List::copyOf).toList();
    Rule.notNegative("global_batch_sequences", globalBatchSequences);
    requireOnce("domains", domains);
    requireOnce("batches", batches.stream().flatMap(List::stream).toList());
    if (batches.stream().anyMatch(List::isEmpty)) {
      throw new ConfigException(
          "batches has an empty list but each must name domains; [[legal, code], [chat]] would work");
    }
    if (!List.of(BRANCH_FROM.split(", ", -1)).contains(branchFrom)) {
      throw new ConfigException(
          "branch_from is '%s' but must be one of %s".formatted(branchFrom, BRANCH_FROM));
    }
    if (batches.isEmpty() && !branchFrom.equals("seed")) {
      throw new ConfigException(
          "branch_from is %s but batches is empty, so that there is no forest to branch from; [[legal, code], [chat]] would work"
              .formatted(branchFrom));
    }
    if (budget instanceof MarginalBudget) {
      checkMarginal(parallel, batches);
    }
  }

  /** All experts at once, from the seed. */
  public ExpertSettings(List<String> domains, int globalBatchSequences, ParallelSettings parallel) {
    this(domains, globalBatchSequences, parallel, List.of(), "seed");
  }

  /** Every expert with the same number of updates. */
  public ExpertSettings(
      List<String> domains,
      int globalBatchSequences,
      ParallelSettings parallel,
      List<List<String>> batches,
      String branchFrom) {
    this(domains, globalBatchSequences, new EqualBudget(), parallel, batches, branchFrom);
  }

  /** Slices are decided from all experts at once, each of them trained by one task. */
  private static void checkMarginal(ParallelSettings parallel, List<List<String>> batches) {
    if (!batches.isEmpty()) {
      throw new ConfigException(
          "budget is marginal, which compares all experts, but batches trains them in %d lists; batches: [] would work, or another budget"
              .formatted(batches.size()));
    }
    if (parallel.worldSize() > 1) {
      throw new ConfigException(
          "budget is marginal, whose slices are trained by one task each, but parallel has %d ranks; 1 would work, or another budget"
              .formatted(parallel.worldSize()));
    }
  }

  private static void requireOnce(String key, List<String> domains) {
    HashSet<String> seen = new HashSet<>();
    for (String domain : domains) {
      if (!seen.add(domain)) {
        throw new ConfigException("%s names %s twice but must name it once".formatted(key, domain));
      }
    }
  }
}
