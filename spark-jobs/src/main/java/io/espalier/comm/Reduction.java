package io.espalier.comm;

/** How the ranks' values of an element become one. */
public enum Reduction {
  /** The values of rank 0, 1, 2, … added one after the other. */
  SUM,
  /** The largest; not a number if any is, and 0 rather than −0, as {@link Math#max}. */
  MAX
}
