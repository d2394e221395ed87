package io.espalier.train;

import com.fasterxml.jackson.annotation.JsonTypeName;
import io.espalier.config.ConfigException;
import io.espalier.config.Rule;
import java.util.Collections;
import java.util.List;

/**
 * Decided while the experts are trained: slice after slice goes to those whose validation
 * perplexity falls fastest per device-second; see {@link MarginalSlices}.
 *
 * @param sliceSteps updates of a slice
 */
@JsonTypeName("marginal")
public record MarginalBudget(int sliceSteps) implements Budget {
  private static final long serialVersionUID = 1L;

  public MarginalBudget {
    Rule.positive("slice_steps", sliceSteps);
  }

  @Override
  public List<Long> updates(List<DomainSequences> experts, long each) {
    check(experts.stream().map(DomainSequences::domain).toList(), each);
    return Collections.nCopies(experts.size(), each);
  }

  @Override
  public void check(List<String> domains, long each) {
    long total = Math.multiplyExact(each, (long) domains.size());
    if (total % sliceSteps != 0) {
      throw new ConfigException(
          "experts.budget.slice_steps is %d but must divide the updates of all experts (%d × %d = %d); %d would work"
              .formatted(sliceSteps, domains.size(), each, total, largestDivisor(total, each)));
    }
    if (total / sliceSteps < domains.size()) {
      throw new ConfigException(
          "experts.budget.slice_steps is %d, which makes %d slices of %d updates, but each of the %d experts takes at least one; %d would work"
              .formatted(
                  sliceSteps,
                  total / sliceSteps,
                  total,
                  domains.size(),
                  largestDivisor(total, each)));
    }
  }

  @Override
  public String described(int experts, long each) {
    return "The experts share %s in slices of %,d, which go to those whose validation perplexity falls fastest per device-second"
        .formatted(Budget.total(experts, each), sliceSteps);
  }

  /** The slice nearest below this one that divides the total and leaves one for each expert. */
  private long largestDivisor(long total, long each) {
    long divisor = Math.min(sliceSteps, each);
    while (total % divisor != 0) {
      divisor--;
    }
    return divisor;
  }
}
