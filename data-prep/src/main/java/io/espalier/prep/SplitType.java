package io.espalier.prep;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What decides the split of a training document. */
public enum SplitType {
  /** A hash of its id, or of the smallest id of those that are nearly the same. */
  HASH,
  /** When it was written: the newest ones are held out. */
  TIME,
  /** What its record or its file says. */
  GIVEN;

  /** As written in YAML. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * What is equal to {@link #HASH}: Jackson leaves it out, so that runs from before there was a
   * choice stay complete.
   */
  static final class Default {
    @Override
    public boolean equals(@Nullable Object other) {
      return other == null || other == HASH;
    }

    @Override
    public int hashCode() {
      return 0;
    }
  }
}
