package io.espalier.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.config.ConfigException;
import io.espalier.merge.LayerValue;
import io.espalier.merge.LinearMerge;
import io.espalier.merge.MergeMethod;
import io.espalier.merge.TiesMerge;
import io.espalier.model.Gpt2;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MergeBenchTest {
  @TempDir private Path folder;

  static Stream<MergeMethod> methods() {
    return Stream.of(new LinearMerge(), new TiesMerge(LayerValue.of(0.2), LayerValue.of(1)));
  }

  @ParameterizedTest
  @MethodSource("methods")
  void mergesInAProcessOfItsOwnAndLeavesNothingBehind(MergeMethod method) {
    MergeInputs inputs = new MergeInputs(new Gpt2(1, 64, 2).parameters(500, 64), 3, method);
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
    assertThatThrownBy(() -> MergeBench.measure(folder.resolve("none"), 8, new LinearMerge(), 2))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("none is not a folder");
  }
}
