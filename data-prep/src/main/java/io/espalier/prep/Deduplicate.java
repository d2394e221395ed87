package io.espalier.prep;

import java.util.Locale;

/** Which documents count as the same. */
public enum Deduplicate {
  /** Those with the same text but for case, white space, quotes and Unicode form. */
  EXACT,
  /** None. */
  NONE;

  /** As written in YAML. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
