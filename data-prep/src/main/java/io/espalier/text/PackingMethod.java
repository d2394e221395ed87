package io.espalier.text;

import java.util.Locale;

/** How documents are laid into windows. */
public enum PackingMethod {
  /** One after the other; a window ends where it is full, in the middle of a document or not. */
  CONCATENATE,
  /** Documents that fit into a window are never cut, and windows are padded (Ding et al. 2024). */
  BEST_FIT;

  /** As written in YAML. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
