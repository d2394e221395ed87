package io.espalier.train;

/** Ranks that train one model together hold different bits of what must be the same. */
public final class RanksDisagreeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  RanksDisagreeException(String message) {
    super(message);
  }
}
