package io.espalier.comm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.config.ConfigException;
import io.espalier.config.ConfigFile;
import org.junit.jupiter.api.Test;

class CommSettingsTest {
  @Test
  void everyBackendHasItsNameInYaml() {
    assertThat(backend("{type: auto}")).isEqualTo(new AutoBackend());
    assertThat(backend("{type: in_process}")).isEqualTo(new InProcessBackend());
    assertThat(backend("{type: unix}")).isEqualTo(new UnixBackend());
    assertThat(backend("{type: tcp, port: 7000}")).isEqualTo(new TcpBackend(7000));
    assertThat(backend("{type: nccl, library: libnccl.so.2}"))
        .isEqualTo(new NcclBackend(NcclBackend.USUAL_LIBRARY));
  }

  @Test
  void wrongValuesAreRefusedWithTheirPath() {
    assertThatThrownBy(() -> backend("{type: tcp, port: 70000}"))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("backend.port is 70000 but must be between 0 and");
    assertThatThrownBy(() -> settings("{type: auto}", "0"))
        .isInstanceOf(ConfigException.class)
        .hasMessage("timeout_seconds is 0 but must be positive");
  }

  private static CommBackend backend(String yaml) {
    return settings(yaml, "30").backend();
  }

  private static CommSettings settings(String backend, String timeoutSeconds) {
    String yaml =
        "backend: %s\ntimeout_seconds: %s\nencrypted: false".formatted(backend, timeoutSeconds);
    return ConfigFile.bind(ConfigFile.parse("test", yaml), CommSettings.class);
  }
}
