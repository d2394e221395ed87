package io.espalier.config;

/**
 * A table, checkpoint or other file on disk isn't what its format says: truncated, altered, of an
 * unknown version. The message names the file and what was expected; the command line exits with 1.
 */
public final class FormatException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public FormatException(String message) {
    super(message);
  }

  public FormatException(String message, Throwable cause) {
    super(message, cause);
  }
}
