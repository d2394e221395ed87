package io.espalier.job;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.config.ConfigException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReachableMasterTest {
  @ParameterizedTest
  @ValueSource(
      strings = {"local", "local[*]", "local[2,3]", "local-cluster[1,2,1024]", "yarn", "k8s://h"})
  void whatSparkKnowsIsNotAsked(String master) {
    assertThatCode(() -> ReachableMaster.check(master)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "sparc://host:7077     | sparc://host:7077 but must be local[4], spark://host:7077",
        "local(4)              | local(4) but must be",
        "spark://host          | host is not a host and a port, such as spark://host:7077",
        "spark://host:99999    | host:99999 is not a host and a port",
        "spark://127.0.0.1:1   | no master answers there: 127.0.0.1:1 (Connection refused)",
        "spark://no.invalid:1  | no.invalid is an unknown host"
      })
  void whatCannotWorkIsRefusedInOneSentence(String master, String sentence) {
    assertThatThrownBy(() -> ReachableMaster.check(master))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("--master is " + master)
        .hasMessageContaining(sentence);
  }

  @Test
  void oneOfSeveralMastersIsEnough() throws IOException {
    try (ServerSocket there = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String master = "spark://127.0.0.1:1,127.0.0.1:" + there.getLocalPort();
      assertThatCode(() -> ReachableMaster.check(master)).doesNotThrowAnyException();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"4.0.1", "3.5.7", "4.10.0", "5.0.0"})
  void anotherVersionOfSparkIsRefused(String version) {
    assertThatThrownBy(() -> EspalierSession.requireFitting(version))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("Spark is %s but must be 4.1.x", version);
    assertThatCode(() -> EspalierSession.requireFitting("4.1.1")).doesNotThrowAnyException();
  }
}
