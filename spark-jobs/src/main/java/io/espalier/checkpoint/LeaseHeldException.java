package io.espalier.checkpoint;

import java.io.IOException;

/** The cause of a refusal because another writes: its folder is to be left as it is. */
public final class LeaseHeldException extends IOException {
  private static final long serialVersionUID = 1L;

  LeaseHeldException(String message) {
    super(message);
  }
}
