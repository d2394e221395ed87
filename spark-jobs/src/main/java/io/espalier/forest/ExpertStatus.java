package io.espalier.forest;

import java.util.Locale;

/** Whether an expert of the forest takes part in ensembles and merges. */
public enum ExpertStatus {
  ACTIVE,
  /** Trained, and no better than what it would replace: listed, but takes no part. */
  CANDIDATE,
  /** Replaced or withdrawn; its checkpoint stays, so that older figures can be traced. */
  RETIRED,
  /** Withdrawn, and its checkpoint is gone with all that came from it. */
  DELETED;

  /** As tables and people read it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The status that {@link #toString} wrote. */
  public static ExpertStatus of(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }
}
