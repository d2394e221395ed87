package io.espalier.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.espalier.checkpoint.TensorSpec;
import io.espalier.checkpoint.TensorType;
import io.espalier.config.ConfigException;
import io.espalier.config.ConfigFile;
import io.espalier.config.Merge;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LayerValueTest {
  private static final List<String> TENSORS =
      List.of("wte.weight", "h.0.attn.weight", "h.0.mlp.weight", "h.2.mlp.weight");

  record Holder(MergeMethod method) {}

  @Test
  void aNumberIsTheSameEverywhere() {
    LayerValue value = density("0.4");
    assertThat(TENSORS).allMatch(tensor -> value.at(tensor, 0.3) == 0.4);
    assertThat(value).isEqualTo(LayerValue.of(0.4)).hasToString("0.4");
  }

  @ParameterizedTest
  @CsvSource({"0, 0.2", "0.25, 0.5", "0.5, 0.8", "0.75, 0.6", "1, 0.4"})
  void aGradientIsInterpolatedOverTheLayers(double depth, double expected) {
    assertThat(density("[0.2, 0.8, 0.4]").at("h.1.mlp", depth)).isCloseTo(expected, within(1e-12));
  }

  @Test
  void theFirstFilterThatIsPartOfTheNameDecides() {
    LayerValue value =
        density("[{filter: mlp, value: [0.5, 0.7]}, {filter: h., value: 0.3}, {value: 1}]");
    assertThat(value.at("h.2.mlp.weight", 1)).isEqualTo(0.7);
    assertThat(value.at("h.0.attn.weight", 0)).isEqualTo(0.3);
    assertThat(value.at("wte.weight", 0)).isEqualTo(1);
    assertThat(value).hasToString("mlp: [0.5, 0.7], h.: 0.3, 1.0");
    assertThat(density("[{filter: '*', value: 0.5}]").at("anything", 0)).isEqualTo(0.5);
  }

  @Test
  void depthIsReadFromTheNamesOfTensors() {
    LayerDepths depths =
        LayerDepths.of(
            TENSORS.stream().map(n -> new TensorSpec(n, TensorType.FLOAT32, List.of(1L))).toList());
    assertThat(depths.layers()).isEqualTo(3);
    assertThat(depths.of("h.0.attn.weight")).isZero();
    assertThat(depths.of("h.1.attn.weight")).isEqualTo(0.5);
    assertThat(depths.of("h.2.mlp.weight")).isEqualTo(1);
    assertThat(depths.of("wte.weight")).isZero();
    assertThat(new LayerDepths(1).of("h.0.attn.weight")).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0|method.density is 0.0 but must be above 0 and at most 1; 0.2 would work",
        "1.5|method.density is 1.5 but must be above 0 and at most 1",
        "[0.5, 0]|method.density is 0.0 but must be",
        "half|method.density.value is \"half\" but must be a number, a list of numbers",
        "[]|method.density.value is [] but must be a number",
        "[{filtre: mlp, value: 1}]|method.density.value is missing or has other company than filter",
        "[{filter: mlp}]|method.density.value is missing"
      })
  void whatIsNoShareIsRefusedWithKeyAndValue(String yaml, String sentence) {
    assertThatThrownBy(() -> density(yaml))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(sentence);
  }

  @Test
  void filtersThatFitNothingAndTensorsWithoutAValueAreRefused() {
    assertThatThrownBy(
            () -> density("[{filter: mpl, value: 1}, {value: 1}]").checkFits("density", TENSORS))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "density has the filter mpl, but no tensor has that in its name; they are called wte.weight and the like");
    assertThatThrownBy(() -> density("[{filter: mlp, value: 1}]").checkFits("density", TENSORS))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "density has no value for the tensor wte.weight; {value: 1.0} as its last member would be for all others");
    density("[{filter: mlp, value: 1}, {value: 1}]").checkFits("density", TENSORS);
  }

  private static LayerValue density(String yaml) {
    var tree =
        ConfigFile.parse("test", "method: {type: ties, density: %s, lambda: 1.0}".formatted(yaml));
    var resolved = Merge.over(tree.objectNode(), tree, Holder.class);
    return ((TiesMerge) ConfigFile.bind(resolved, Holder.class).method()).density();
  }
}
