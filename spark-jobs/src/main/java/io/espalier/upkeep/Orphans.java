package io.espalier.upkeep;

import java.util.regex.Pattern;

/** Files that nothing speaks of, and whether Espalier can have left them. */
final class Orphans {
  /**
   * A writer's own folder before its commit, a removed one, and what Spark and Delta write first.
   */
  private static final Pattern LEFT_BY_WRITERS =
      Pattern.compile(
          "checkpoints/(.*/)?(\\.attempt-|\\.removed-|step-\\d+/attempt-|step-\\d+/).*"
              + "|tables/[^/]+/(?!_delta_log/)(.*/)?[^/]*\\.parquet"
              + "|tables/[^/]+/_delta_log/.*\\.tmp"
              + "|(.*/)?\\..*\\.crc");

  private Orphans() {}

  /** Whether a writer of Espalier's leaves such files when it dies; others are somebody else's. */
  static boolean isLeftByWriters(String path) {
    return LEFT_BY_WRITERS.matcher(path).matches();
  }

  static Problem problem(String path) {
    return isLeftByWriters(path)
        ? new Problem(
            path,
            Problem.Kind.ORPHAN,
            "is of no version and no checkpoint",
            "espalier gc removes it.")
        : new Problem(
            path,
            Problem.Kind.UNSEALED,
            "has nothing that says what it should be",
            "If it is Espalier's, the next command that writes it seals it; gc leaves it.");
  }
}
