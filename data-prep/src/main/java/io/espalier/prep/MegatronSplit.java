package io.espalier.prep;

import java.util.Locale;

/** Which split the documents of a tokenised corpus are. */
public enum MegatronSplit {
  TRAIN,
  VALIDATION,
  TEST,
  /** Each document by a hash, in the shares of {@code data.split}. */
  DIVIDED;

  /** As in the tables and in YAML. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether some of the documents are trained on. */
  boolean trains() {
    return this == TRAIN || this == DIVIDED;
  }
}
