package io.espalier.upkeep;

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

  /** Whether the run isn't whole because of it. */
  public boolean isFailure() {
    return kind.failure;
  }
}
