package io.espalier.prep;

import java.util.Locale;

/** What a source's domains are for. */
public enum Role {
  /** Its domains become experts. */
  TRAINING,
  /** Its domains are never trained on. */
  EVALUATION;

  /** As in the tables and in YAML. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
