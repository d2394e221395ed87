package io.espalier.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.config.ConfigException;
import io.espalier.model.Gpt2;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MergeBenchTest {
  @TempDir private Path folder;

  @Test
  void mergesInAProcessOfItsOwnAndLeavesNothingBehind() {
    MergeInputs inputs = new MergeInputs(new Gpt2(1, 64, 2).parameters(500, 64), 3);
    assertThat(inputs.parameters()).isEqualTo(500 * 64 + 64 * 64 + 12 * 64 * 64 + 15 * 64);

    BenchResult result = MergeBench.measure(folder, inputs, 2);

    assertThat(result.bench()).isEqualTo("merge");
    assertThat(result.figures()).containsEntry("checkpoints", 3).containsEntry("threads", 2);
    for (String figure :
        new String[] {"read_and_write_seconds", "merge_seconds", "peak_resident_megabytes"}) {
      assertThat((Double) Objects.requireNonNull(result.figures().get(figure))).isPositive();
    }
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aMissingFolderIsTheUsersMistake() {
    assertThatThrownBy(() -> MergeBench.measure(folder.resolve("none"), 8, 2))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("none is not a folder");
  }
}
