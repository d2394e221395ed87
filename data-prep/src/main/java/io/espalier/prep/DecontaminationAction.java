package io.espalier.prep;

import java.util.Locale;

/** What becomes of a training document that shares n-grams with evaluation text. */
public enum DecontaminationAction {
  /** It is rejected. */
  REJECT,
  /** What it shares is cut, and the rest stays if it is long enough. */
  CUT;

  /** As written in YAML. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
