package io.espalier.train;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.List;

/** Domains come as often as they have training sequences: each sequence is equally probable. */
@JsonTypeName("proportional")
public record ProportionalMixture() implements SeedMixture {
  private static final long serialVersionUID = 1L;

  @Override
  public double[] weights(List<DomainSequences> domains) {
    return domains.stream().mapToDouble(DomainSequences::sequences).toArray();
  }
}
