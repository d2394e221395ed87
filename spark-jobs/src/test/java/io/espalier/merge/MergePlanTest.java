package io.espalier.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.checkpoint.TensorType;
import io.espalier.config.ConfigException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MergePlanTest {
  private static final LayerValue ONE = LayerValue.of(1);

  @TempDir Path root;

  @Test
  void numbersOfExpertsThatAMethodCannotMergeAreRefused() {
    assertThatThrownBy(() -> MergePlan.of(experts(0.2, 0.3, 0.5), new SlerpMerge()))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "method slerp merges 2 experts but 3 have a weight above 0; karcher merges any number");
    assertThat(MergePlan.of(experts(0.5, 0.0, 0.5), new SlerpMerge()).inOrder()).hasSize(2);
    assertThatThrownBy(() -> new ModelStockMerge().checkExperts(1))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("model_stock needs 2 experts or more but 1 has a weight above 0");
  }

  @Test
  void aMethodOnTaskVectorsNeedsABase() {
    assertThatThrownBy(() -> MergePlan.of(experts(1), new TiesMerge(ONE, ONE)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("there is no base");
  }

  @Test
  void theKeyStandsForAllThatTheBytesDependOn() {
    List<WeightedExpert> experts = experts(0.5, 0.5);
    String key = MergePlan.of(experts, new LinearMerge()).key("1");
    assertThat(key).matches("[0-9a-f]{32}");
    assertThat(MergePlan.of(experts, new LinearMerge()).key("1")).isEqualTo(key);
    assertThat(MergePlan.of(experts, new LinearMerge()).key("2")).isNotEqualTo(key);
    assertThat(MergePlan.of(experts, new SlerpMerge()).key("1")).isNotEqualTo(key);
    assertThat(MergePlan.of(experts(0.4, 0.6), new LinearMerge()).key("1")).isNotEqualTo(key);
    Optional<WeightedExpert> base = Optional.of(experts.get(0));
    assertThat(new MergePlan(experts, base, new TiesMerge(ONE, ONE)).key("1"))
        .isNotEqualTo(
            new MergePlan(experts, base, new TiesMerge(LayerValue.of(0.5), ONE)).key("1"));
  }

  @Test
  void oneNameTwiceIsABug() {
    WeightedExpert one = experts(1).get(0);
    WeightedExpert half = new WeightedExpert(one.name(), one.checkpoint(), 0.5);
    assertThatThrownBy(() -> MergePlan.of(List.of(half, half), new LinearMerge()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private List<WeightedExpert> experts(double... weights) {
    List<WeightedExpert> experts = new ArrayList<>();
    for (int i = 0; i < weights.length; i++) {
      var tensors = List.of(MergedCheckpoints.random("weight", TensorType.FLOAT32, 5, i));
      var checkpoint = new MergedCheckpoints(root).write("expert-" + i, tensors);
      experts.add(new WeightedExpert("expert-" + i, checkpoint, weights[i]));
    }
    return experts;
  }
}
