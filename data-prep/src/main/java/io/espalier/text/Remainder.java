package io.espalier.text;

import java.util.Locale;

/** What happens to the tokens at the end of a domain that don't fill a window. */
public enum Remainder {
  /** The last window is filled up with end-of-text tokens that are masked. */
  PAD,
  /** The last tokens are left out, and counted. */
  DROP;

  /** As written in YAML. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
