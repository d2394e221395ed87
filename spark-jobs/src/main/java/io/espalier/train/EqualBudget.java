package io.espalier.train;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.Collections;
import java.util.List;

/** Every expert makes the same number of updates, as in the paper. */
@JsonTypeName("equal")
public record EqualBudget() implements Budget {
  private static final long serialVersionUID = 1L;

  @Override
  public List<Long> updates(List<DomainSequences> experts, long each) {
    return Collections.nCopies(experts.size(), each);
  }

  @Override
  public String described(int experts, long each) {
    return "";
  }
}
