package io.espalier.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.config.ConfigException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ParallelBenchTest {
  private static final TrainSize TINY = new TrainSize("tiny", 1, 16, 2, 8, 2, 50, 2);

  @Test
  void everySideGetsItsFigures() {
    Map<String, Object> figures = ParallelBench.measure(settings("")).figures();
    assertThat(figures)
        .containsOnlyKeys(
            "ranks",
            "rounds",
            "tensor_parallel_model",
            "tensor_parallel_tokens_per_second",
            "tensor_parallel_communication_share",
            "serial_two_threads_tokens_per_second",
            "tensor_parallel_over_serial",
            "data_parallel_model",
            "data_parallel_tokens_per_second",
            "two_independent_tokens_per_second",
            "data_parallel_over_independent");
    double share = Double.parseDouble(figures.get("tensor_parallel_communication_share") + "");
    assertThat(share).isBetween(0.001, 1.0);
  }

  @Test
  void anInterpreterThatIsNotThereIsRefused() {
    assertThatThrownBy(() -> ParallelBench.measure(settings("/no/such/python")))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("peer is /no/such/python but it can't be started");
  }

  private static ParallelBench.Settings settings(String python) {
    return new ParallelBench.Settings(
        TINY, TINY, 2, 1, python, Path.of("../benchmarks/peer_parallel.py"));
  }
}
