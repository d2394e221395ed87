package io.espalier.prep;

import java.util.ArrayList;
import java.util.List;

/**
 * What a split of a domain holds.
 *
 * @param role training or evaluation
 * @param split train, validation or test
 * @param bytes of text, in UTF-8
 */
public record DomainCounts(String domain, String role, String split, long documents, long bytes)
    implements java.io.Serializable {
  private static final long serialVersionUID = 1L;

  /** Adds up what sources gave, in their order. */
  static List<DomainCounts> of(List<SourceCounts> sources) {
    List<DomainCounts> counts = new ArrayList<>();
    for (SourceCounts source : sources) {
      int last = counts.size() - 1;
      DomainCounts mine = source.alone();
      if (last >= 0 && counts.get(last).isOf(mine)) {
        counts.set(last, counts.get(last).with(mine));
      } else {
        counts.add(mine);
      }
    }
    return counts;
  }

  private boolean isOf(DomainCounts other) {
    return domain.equals(other.domain) && role.equals(other.role) && split.equals(other.split);
  }

  private DomainCounts with(DomainCounts other) {
    return new DomainCounts(domain, role, split, documents + other.documents, bytes + other.bytes);
  }
}
