package io.espalier.comm;

/**
 * The ranks can't go on together: one died, hung, was aborted, or made another call than the rest.
 * The message names the ranks and the calls. Every rank of the family (a communicator and all that
 * were split from it) fails, and each later call fails with the first reason; trying again means
 * meeting again, with a new attempt.
 */
public final class CommunicatorException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public CommunicatorException(String message) {
    super(message);
  }

  public CommunicatorException(String message, Throwable cause) {
    super(message, cause);
  }
}
