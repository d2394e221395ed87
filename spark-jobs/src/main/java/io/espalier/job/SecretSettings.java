package io.espalier.job;

import io.espalier.config.ConfigException;
import io.espalier.config.EnvironmentReferences;
import java.util.Map;
import org.apache.hadoop.conf.ConfigRedactor;
import org.apache.hadoop.conf.Configuration;

/**
 * Which of Hadoop's settings are secrets: those that Hadoop itself never logs ({@code
 * hadoop.security.sensitive-config-keys}).
 */
final class SecretSettings {
  /** On Hadoop's list, but no secret. */
  private static final String ALGORITHM = ".algorithm";

  private static final String ANY = "any";

  private SecretSettings() {}

  /**
   * Refuses a secret that stands there as it is: the resolved configuration is written into the
   * run's folder.
   *
   * @param settings by their keys, references unresolved
   */
  static void requireReferences(Map<String, String> settings) {
    ConfigRedactor redactor = new ConfigRedactor(new Configuration());
    settings.forEach(
        (key, value) -> {
          boolean secret = !redactor.redact(key, ANY).equals(ANY) && !key.endsWith(ALGORITHM);
          if (secret && !value.isEmpty() && !EnvironmentReferences.isReference(value)) {
            throw new ConfigException(
                "hadoop.%s is a secret but is stated as it is, and experiment.yaml keeps what is stated; ${env:NAME} would work, with the secret in the environment variable NAME"
                    .formatted(key));
          }
        });
  }
}
