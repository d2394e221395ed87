package io.espalier.prep.input;

import java.io.IOException;

/** A compressed file ends too early or is no such file further on. */
final class DamagedFileException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String reason;

  /**
   * @param reason such as {@code truncated_gzip}
   */
  DamagedFileException(String reason, IOException cause) {
    super(String.valueOf(cause.getMessage()), cause);
    this.reason = reason;
  }

  String reason() {
    return reason;
  }
}
