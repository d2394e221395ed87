package io.espalier.config;

/**
 * A user's mistake: a wrong key, value, path or combination. The message is one sentence that names
 * the key or path, the value, the rule, and what would work; the command line prints it alone and
 * exits with 2.
 */
public final class ConfigException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ConfigException(String message) {
    super(message);
  }

  public ConfigException(String message, Throwable cause) {
    super(message, cause);
  }
}
