package io.espalier.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.espalier.checkpoint.Checkpoint;
import io.espalier.checkpoint.CheckpointFiles;
import io.espalier.checkpoint.NamedTensor;
import io.espalier.checkpoint.SafetensorsReader;
import io.espalier.checkpoint.StoredTensor;
import io.espalier.checkpoint.TensorSpec;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What mergekit makes of the same checkpoints; {@code golden/generate.py} wrote the files. */
class MergekitGoldenTest {
  /** mergekit computes in float32, values are about 1 at most. */
  private static final double TOLERANCE = 5e-7;

  private static final LayerValue ONE = LayerValue.of(1);
  private static final Map<String, Double> GIVEN = Map.of("law", 0.5, "code", 0.2, "news", 0.3);
  private static final double THIRD = 1.0 / 3;
  private static final Map<String, Double> UNIFORM =
      Map.of("law", THIRD, "code", THIRD, "news", THIRD);

  @TempDir Path root;

  static Stream<Arguments> merges() {
    LayerValue byLayer = new LayerValue(List.of(new LayerValue.Case("", List.of(0.2, 0.8))));
    LayerValue byFilter =
        new LayerValue(
            List.of(
                new LayerValue.Case("mlp", List.of(0.5)), new LayerValue.Case("", List.of(1.0))));
    return Stream.of(
        Arguments.of("linear", new LinearMerge(), GIVEN),
        Arguments.of("task_arithmetic", new TaskArithmeticMerge(LayerValue.of(0.8)), GIVEN),
        Arguments.of("ties", new TiesMerge(LayerValue.of(0.3), LayerValue.of(0.9)), GIVEN),
        Arguments.of("ties-by-layer", new TiesMerge(byLayer, byFilter), GIVEN),
        Arguments.of("dare_linear", new DareLinearMerge(LayerValue.of(0.4), ONE, 20), GIVEN),
        Arguments.of("dare_ties", new DareTiesMerge(LayerValue.of(0.4), ONE, 20), GIVEN),
        Arguments.of(
            "breadcrumbs",
            new BreadcrumbsMerge(LayerValue.of(0.6), LayerValue.of(0.1), LayerValue.of(1.2)),
            GIVEN),
        Arguments.of("slerp", new SlerpMerge(), Map.of("law", 0.7, "code", 0.3)),
        Arguments.of("karcher", new KarcherMerge(10, 1e-5), UNIFORM),
        Arguments.of("model_stock", new ModelStockMerge(), UNIFORM));
  }

  @ParameterizedTest
  @MethodSource("merges")
  void mergesAsMergekitDoes(String golden, MergeMethod method, Map<String, Double> weights) {
    List<WeightedExpert> experts =
        weights.entrySet().stream()
            .map(e -> new WeightedExpert(e.getKey(), checkpoint(e.getKey()), e.getValue()))
            .toList();
    WeightedExpert base = new WeightedExpert("base", checkpoint("base"), 0);
    Checkpoint merged =
        new MergedCheckpoints(root)
            .merge(
                "merged",
                new MergePlan(experts, Optional.of(base), method),
                new StreamingMerger.Memory(2, 8192, 1 << 20));

    try (SafetensorsReader expected = golden("merged-" + golden);
        SafetensorsReader found = merged.tensors(CheckpointFiles.MODEL)) {
      assertThat(found.tensors().stream().map(t -> t.spec().name()).sorted())
          .isEqualTo(expected.tensors().stream().map(t -> t.spec().name()).sorted().toList());
      for (StoredTensor tensor : expected.tensors()) {
        String name = tensor.spec().name();
        ByteBuffer wanted = expected.read(name).data();
        ByteBuffer values = found.read(name).data();
        for (int i = 0; i < wanted.remaining(); i += Float.BYTES) {
          assertThat((double) values.getFloat(i))
              .as("%s[%d]", name, i / Float.BYTES)
              .isCloseTo(wanted.getFloat(i), within(TOLERANCE));
        }
      }
    }
  }

  private Checkpoint checkpoint(String name) {
    try (SafetensorsReader file = golden(name)) {
      List<NamedTensor> tensors =
          file.tensors().stream()
              .map(StoredTensor::spec)
              .map(TensorSpec::name)
              .map(file::read)
              .toList();
      return new MergedCheckpoints(root).write(name, tensors);
    }
  }

  private static SafetensorsReader golden(String name) {
    URL file = MergekitGoldenTest.class.getResource("golden/" + name + ".safetensors");
    try {
      return SafetensorsReader.open(Path.of(Objects.requireNonNull(file, name).toURI()));
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
