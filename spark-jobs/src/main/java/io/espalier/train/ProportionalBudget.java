package io.espalier.train;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.List;

/** Who has more text makes more updates: in proportion to the domains' training sequences. */
@JsonTypeName("proportional")
public record ProportionalBudget() implements Budget {
  private static final long serialVersionUID = 1L;

  @Override
  public List<Long> updates(List<DomainSequences> experts, long each) {
    double[] sequences = experts.stream().mapToDouble(DomainSequences::sequences).toArray();
    return LargestRemainder.divide(Math.multiplyExact(each, (long) experts.size()), sequences);
  }

  @Override
  public String described(int experts, long each) {
    return "The experts share %s in proportion to their training sequences"
        .formatted(Budget.total(experts, each));
  }
}
