package io.espalier.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.config.ConfigException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CommBenchTest {
  private static final CommBench.Size TINY = new CommBench.Size("tiny", 4096, 4);

  @Test
  void everyBackendGetsItsFigures() {
    Map<String, Object> figures =
        CommBench.measure(new CommBench.Settings(List.of(TINY), 1, "", Path.of(""))).figures();
    assertThat(figures)
        .containsOnlyKeys(
            "ranks",
            "tiny_in_process_microseconds",
            "tiny_in_process_gigabytes_per_second",
            "tiny_unix_microseconds",
            "tiny_unix_gigabytes_per_second",
            "tiny_tcp_microseconds",
            "tiny_tcp_gigabytes_per_second");
    double microseconds = number(figures, "tiny_unix_microseconds");
    double gigabytesPerSecond = number(figures, "tiny_unix_gigabytes_per_second");
    assertThat(microseconds * gigabytesPerSecond * 1000 / TINY.bytes())
        .isBetween(0.98, 1.02); // both are rounded
  }

  private static double number(Map<String, Object> figures, String name) {
    return Double.parseDouble(String.valueOf(figures.get(name)));
  }

  @Test
  void anInterpreterThatIsNotThereIsRefused() {
    assertThatThrownBy(
            () -> new PythonPeer("/no/such/python", Path.of("../benchmarks/peer_comm.py")))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("peer is /no/such/python but it can't be started");
  }

  @Test
  void aScriptThatIsNotThereIsRefused() {
    assertThatThrownBy(() -> new PythonPeer("python3", Path.of("/no/such/script.py")))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("peer-script is /no/such/script.py");
  }
}
