package io.espalier.prep;

import java.util.Locale;

/** What becomes of documents that are nearly the same. */
public enum NearDuplicateAction {
  /** One stays, the others are rejected. */
  REJECT,
  /** All stay, in one split; only copies of evaluation documents are rejected. */
  KEEP_TOGETHER;

  /** As written in YAML. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
