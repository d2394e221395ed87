package io.espalier.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.annotation.JsonTypeName;
import io.espalier.config.ConfigFile;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every merge method. */
class MergeMethodContractTest {
  private static final int EXPERTS = 5;
  private static final int ELEMENTS = 999;
  private static final double[] WEIGHTS = {0.1, 0.2, 0.3, 0.15, 0.25};

  record Holder(MergeMethod method) {}

  static Stream<MergeMethod> methods() {
    return Arrays.stream(MergeMethod.class.getPermittedSubclasses())
        .map(member -> Objects.requireNonNull(member.getAnnotation(JsonTypeName.class)).value())
        .map(name -> ConfigFile.parse("test", "method: {type: %s}".formatted(name)))
        .map(yaml -> ConfigFile.bind(yaml, Holder.class).method());
  }

  @ParameterizedTest
  @MethodSource("methods")
  void identicalExpertsStayAsTheyAre(MergeMethod method) {
    double[] one = values(1);
    one[7] = -0.0;
    one[8] = Double.POSITIVE_INFINITY;
    one[9] = Float.MIN_VALUE;
    double[][] experts = new double[EXPERTS][];
    Arrays.fill(experts, one);

    assertThat(asFloats(merge(method, experts, WEIGHTS))).isEqualTo(asFloats(one));
  }

  @ParameterizedTest
  @MethodSource("methods")
  void weightOneGivesThatExpertWhateverTheOthersAre(MergeMethod method) {
    double[][] experts = experts();
    experts[0][5] = Double.NaN;
    experts[2][6] = -0.0;
    double[] weights = {0, 0, 1, 0, 0};

    assertThat(merge(method, experts, weights)).isEqualTo(experts[2]);
  }

  @ParameterizedTest
  @MethodSource("methods")
  void theOrderOfTheExpertsMattersByRoundingAlone(MergeMethod method) {
    double[][] experts = experts();
    double[][] reversed = new double[EXPERTS][];
    double[] reversedWeights = new double[EXPERTS];
    for (int i = 0; i < EXPERTS; i++) {
      reversed[i] = experts[EXPERTS - 1 - i];
      reversedWeights[i] = WEIGHTS[EXPERTS - 1 - i];
    }
    assertThat(merge(method, reversed, reversedWeights))
        .containsExactly(merge(method, experts, WEIGHTS), within(1e-15));
  }

  @ParameterizedTest
  @MethodSource("methods")
  void anExpertsNotANumberIsNotHidden(MergeMethod method) {
    double[][] experts = experts();
    experts[3][11] = Double.NaN;
    double[] merged = merge(method, experts, WEIGHTS);
    assertThat(merged[11]).isNaN();
    assertThat(Arrays.stream(merged).filter(Double::isNaN)).hasSize(1);
  }

  @ParameterizedTest
  @MethodSource("methods")
  void anElementDependsOnNoOther(MergeMethod method) {
    double[][] experts = experts();
    double[] whole = merge(method, experts, WEIGHTS);
    for (int element : new int[] {0, 1, 500, ELEMENTS - 1}) {
      double[][] alone = new double[EXPERTS][];
      Arrays.setAll(alone, i -> new double[] {experts[i][element]});
      assertThat(merge(method, alone, WEIGHTS)).containsExactly(whole[element]);
    }
  }

  @ParameterizedTest
  @MethodSource("methods")
  void inputsAndWhatLiesBehindTheLastElementAreLeftAlone(MergeMethod method) {
    double[][] experts = experts();
    double[] merged = new double[ELEMENTS];
    Arrays.fill(merged, 123);
    method.merge(experts, WEIGHTS, ELEMENTS - 3, merged);
    assertThat(experts).isDeepEqualTo(experts());
    assertThat(Arrays.copyOfRange(merged, ELEMENTS - 3, ELEMENTS)).containsOnly(123);
  }

  private static double[] merge(MergeMethod method, double[][] experts, double[] weights) {
    double[] merged = new double[experts[0].length];
    method.merge(experts, weights, merged.length, merged);
    return merged;
  }

  private static double[][] experts() {
    double[][] experts = new double[EXPERTS][];
    Arrays.setAll(experts, MergeMethodContractTest::values);
    return experts;
  }

  /** Values that float32 can hold, as checkpoints have them. */
  private static double[] values(int seed) {
    Random random = new Random(seed);
    double[] values = new double[ELEMENTS];
    Arrays.setAll(values, i -> (float) random.nextGaussian());
    return values;
  }

  private static float[] asFloats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }
}
