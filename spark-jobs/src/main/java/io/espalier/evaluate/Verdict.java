package io.espalier.evaluate;

import java.util.Locale;

/** What a comparison comes to. */
public enum Verdict {
  /** The whole interval lies below 1: the model's perplexity is lower. */
  LOWER,
  /** The whole interval lies above 1. */
  HIGHER,
  /** The interval contains 1: other documents of the same kind might say the opposite. */
  NOT_SIGNIFICANT,
  /** There are too few documents for any difference to be significant. */
  TOO_FEW_DOCUMENTS;

  /** Whether the two models differ beyond what the choice of documents explains. */
  public boolean isSignificant() {
    return this == LOWER || this == HIGHER;
  }

  /** As written in tables. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
