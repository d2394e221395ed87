package io.espalier.text;

/** What happens to the tokens at the end of a domain that don't fill a window. */
public enum Remainder {
  /** The last window is filled up with end-of-text tokens that are masked. */
  PAD,
  /** The last tokens are left out, and counted. */
  DROP
}
