package io.espalier.upkeep;

/** What is written for eyes while something runs, and of no worth afterwards. */
final class LiveFolder {
  private LiveFolder() {}

  /** Whether a path below the run's folder is a log, a status or a lease. */
  static boolean contains(String path) {
    return path.startsWith("logs/") || path.startsWith("status/") || path.startsWith("leases/");
  }
}
