package io.espalier.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.config.ConfigException;
import io.espalier.torch.Precision;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class GenerateBenchTest {
  private static final GenerateSize TINY = new GenerateSize("tiny", 1, 16, 2, 50, 40, 20);

  private static GenerateBench.Settings settings(String python) {
    return new GenerateBench.Settings(
        List.of(TINY), 1, Precision.FLOAT32, 1, python, Path.of("../benchmarks/peer_generate.py"));
  }

  @Test
  void everySizeGetsItsFigures() {
    Map<String, Object> figures = GenerateBench.measure(settings("")).figures();
    assertThat(Double.parseDouble(String.valueOf(figures.get("tiny_tokens_per_second"))))
        .isPositive();
    assertThat(figures).containsEntry("threads", 1).doesNotContainKey("tiny_speed_over_peer");
  }

  @Test
  void anInterpreterThatIsNotThereIsRefused() {
    assertThatThrownBy(() -> GenerateBench.measure(settings("/no/such/python")))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("peer is /no/such/python but it can't be started");
  }

  @Test
  void anUnknownSizeIsRefused() {
    assertThatThrownBy(() -> GenerateSize.of("z"))
        .isInstanceOf(ConfigException.class)
        .hasMessage("size is z but must be a, c, gpt2 or all");
  }
}
