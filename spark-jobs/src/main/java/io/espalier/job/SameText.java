package io.espalier.job;

import io.espalier.config.FormatException;
import io.espalier.table.PinnedSequences;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Whether a split of a domain is the same text in an older version of the table {@code sequences}
 * as in the pinned one: where the same data files make it up. So text that is added makes nothing
 * invalid that was trained or scored before. Not thread-safe.
 */
final class SameText {
  private final String table;
  private final long pinned;
  private final Map<String, String> hadoopSettings;
  private final Map<Long, Map<List<String>, Set<String>>> dataFiles = new HashMap<>();

  /**
   * @param table folder of the table as a URI
   * @param pinned the version that others are compared with
   */
  SameText(String table, long pinned, Map<String, String> hadoopSettings) {
    this.table = table;
    this.pinned = pinned;
    this.hadoopSettings = hadoopSettings;
  }

  /** Compared with the version that the run is pinned to. */
  static SameText of(Run run) {
    return new SameText(
        run.paths().table("sequences"), run.sequencesVersion(), run.hadoopSettings());
  }

  /** Whether the split has not changed since that version. */
  boolean since(long version, String domain, String split) {
    if (version == pinned) {
      return true;
    }
    List<String> key = List.of(domain, split);
    Set<String> now = of(pinned).getOrDefault(key, Set.of());
    return !now.isEmpty() && now.equals(of(version).getOrDefault(key, Set.of()));
  }

  private Map<List<String>, Set<String>> of(long version) {
    return dataFiles.computeIfAbsent(version, this::read);
  }

  private Map<List<String>, Set<String>> read(long version) {
    if (version < 0) {
      return Map.of();
    }
    try {
      return PinnedSequences.open(table, version, hadoopSettings).dataFiles();
    } catch (FormatException e) {
      return Map.of(); // A version that nobody can read any more is no proof of anything.
    }
  }
}
