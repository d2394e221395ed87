package io.espalier.forest;

import java.util.Locale;

/** By what an ensemble chooses the experts that it keeps. */
public enum TopKBy {
  /** By the posterior, anew for each token: every expert must score every token. */
  POSTERIOR,
  /** By the prior, before a sequence's first token: the other experts need not be asked at all. */
  PRIOR;

  /** As written in YAML. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
