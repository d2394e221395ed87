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
 * @param parallel ranks of each expert
 */
public record ExpertSettings(
    List<String> domains, int globalBatchSequences, ParallelSettings parallel)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  public ExpertSettings {
    domains = List.copyOf(domains);
    Rule.notNegative("global_batch_sequences", globalBatchSequences);
    HashSet<String> seen = new HashSet<>();
    for (String domain : domains) {
      if (!seen.add(domain)) {
        throw new ConfigException("domains names %s twice but must name it once".formatted(domain));
      }
    }
  }
}
