package io.espalier.upkeep;

import io.espalier.config.FormatException;

/**
 * Something that a check came upon.
 *
 * @param path below the run's folder
 * @param what what is the matter with it, as the rest of a sentence that begins with the path
 * @param remedy what to do, as a sentence
 */
public record Problem(String path, Kind kind, String what, String remedy) {

  /** How a problem counts. */
  public enum Kind {
    /** Its bytes aren't those that were written. */
    DAMAGED(true),
    /** It isn't there, and something needs it. */
    MISSING(true),
    /** Files are whole but don't go together. */
    INCONSISTENT(true),
    /** Nothing says what it should be, so only its length could be looked at. */
    UNSEALED(false),
    /** Nothing refers to it. */
    ORPHAN(false);

    private final boolean failure;

    Kind(boolean failure) {
      this.failure = failure;
    }
  }

  /**
   * A file whose own check says that it was damaged.
   *
   * @param damage whose message begins with the file's name
   */
  static Problem damaged(String path, FormatException damage, String remedy) {
    String what = String.valueOf(damage.getMessage()).replaceFirst("^\\S+ ", "");
    return new Problem(path, Kind.DAMAGED, what, remedy);
  }

  /** Whether the run isn't whole because of it. */
  public boolean isFailure() {
    return kind.failure;
  }
}
