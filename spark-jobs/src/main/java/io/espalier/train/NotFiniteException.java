package io.espalier.train;

/** A tensor that was about to be saved holds an infinity or NaN. */
final class NotFiniteException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NotFiniteException(String tensor) {
    super("tensor %s isn't finite".formatted(tensor));
  }
}
