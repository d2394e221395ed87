package io.espalier.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.config.ConfigException;
import io.espalier.model.Gpt2;
import io.espalier.model.ParameterSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointBenchTest {
  private static final List<ParameterSpec> SMALL = new Gpt2(1, 64, 2).parameters(5000, 64);

  @TempDir private Path folder;

  @Test
  void whatIsSavedIsLoadedInEveryWayAndNothingIsLeftBehind() {
    Map<String, Object> figures = CheckpointBench.measure(folder, SMALL, 3).figures();

    assertThat(figures)
        .containsEntry("checkpoint_megabytes", 1.5)
        .containsEntry("rounds", 3)
        .hasSize(2 + 4 * 2 + 1);
    for (String what : List.of("save", "load_unverified", "load_verified", "audit")) {
      double seconds = number(figures, what + "_seconds");
      double speed = number(figures, what + "_megabytes_per_second");
      assertThat(seconds * speed).as(what).isBetween(1.47, 1.53); // both are rounded
    }
    assertThat(folder).isEmptyDirectory();
  }

  private static double number(Map<String, Object> figures, String name) {
    return Double.parseDouble(String.valueOf(figures.get(name)));
  }

  @Test
  void noRoundsAreRefused() {
    assertThatThrownBy(() -> CheckpointBench.measure(folder, SMALL, 0))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("rounds is 0 but must be positive");
  }
}
