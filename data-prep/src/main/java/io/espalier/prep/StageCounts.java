package io.espalier.prep;

import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What one stage read, kept and rejected. That nothing got lost in between is checked here.
 *
 * @param stage {@code ingest}, {@code clean}, {@code filter}, {@code deduplicate}, {@code domain}
 *     or {@code limit}
 * @param rejected number by reason
 */
public record StageCounts(String stage, long read, long kept, SortedMap<String, Long> rejected) {

  public StageCounts {
    rejected = new TreeMap<>(rejected);
    long total = rejected.values().stream().mapToLong(Long::longValue).sum();
    if (kept + total != read) {
      throw new IllegalStateException(
          "Stage %s read %d records but kept %d and rejected %d"
              .formatted(stage, read, kept, total));
    }
  }

  /** One line: {@code clean: 1,002 read, 1,000 kept, 2 rejected (2 empty_text)}. */
  @Override
  public String toString() {
    long total = rejected.values().stream().mapToLong(Long::longValue).sum();
    String reasons =
        rejected.entrySet().stream()
            .map(e -> "%,d %s".formatted(e.getValue(), e.getKey()))
            .collect(Collectors.joining(", "));
    return "%s: %,d read, %,d kept, %,d rejected%s"
        .formatted(stage, read, kept, total, reasons.isEmpty() ? "" : " (" + reasons + ")");
  }
}
