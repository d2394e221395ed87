package io.espalier.report;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a stage of data preparation did with its documents; kept and rejected add up to read.
 *
 * @param stage its name
 * @param read documents that came in
 * @param kept documents that went on
 * @param rejected how many were refused for which reason
 */
public record StageCount(String stage, long read, long kept, Map<String, Long> rejected) {

  public StageCount {
    rejected = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(rejected));
  }

  /** All refused documents. */
  public long rejectedTotal() {
    return rejected.values().stream().mapToLong(Long::longValue).sum();
  }
}
