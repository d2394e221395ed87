package io.espalier.job;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.config.ConfigException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretSettingsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "fs.s3a.secret.key",
        "fs.s3a.bucket.figs.secret.key",
        "fs.s3a.session.token",
        "fs.s3a.encryption.key",
        "fs.azure.account.key.figs.blob.core.windows.net",
        "hadoop.http.some.password"
      })
  void aSecretIsAReferenceAndNeverRepeated(String key) {
    assertThatThrownBy(() -> SecretSettings.requireReferences(Map.of(key, "hunter2")))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("hadoop." + key + " is a secret")
        .hasMessageContaining("${env:NAME} would work")
        .hasMessageNotContaining("hunter2");
    assertThatThrownBy(() -> SecretSettings.requireReferences(Map.of(key, "hunter${env:TWO}")))
        .isInstanceOf(ConfigException.class);
    assertThatCode(() -> SecretSettings.requireReferences(Map.of(key, "${env:KEY}")))
        .doesNotThrowAnyException();
  }

  @Test
  void everythingElseMayStandThere() {
    Map<String, String> settings =
        Map.of(
            "fs.s3a.endpoint", "https://example.org",
            "fs.s3a.access.key", "figs",
            "fs.s3a.encryption.algorithm", "SSE-KMS",
            "fs.s3a.aws.credentials.provider", "org.example.Provider",
            "hadoop.security.credential.provider.path", "jceks://file/figs.jceks");
    assertThatCode(() -> SecretSettings.requireReferences(settings)).doesNotThrowAnyException();
  }
}
