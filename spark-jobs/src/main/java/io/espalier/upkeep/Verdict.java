package io.espalier.upkeep;

import java.util.List;

/**
 * What a check of a run came to.
 *
 * @param run the folder, as its reader types it
 * @param checkpoints with a whole manifest
 * @param tables with a log
 * @param files that something was known of
 * @param bytes that were read and compared
 * @param problems failures first, then by path
 */
public record Verdict(
    String run, int checkpoints, int tables, int files, long bytes, List<Problem> problems) {
  public Verdict {
    problems = List.copyOf(problems);
  }

  /** Whether every file is what was written and everything that is referred to is there. */
  public boolean isWhole() {
    return problems.stream().noneMatch(Problem::isFailure);
  }
}
