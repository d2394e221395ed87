package io.espalier.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.espalier.checkpoint.TensorSpec;
import io.espalier.checkpoint.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What holds for every merge method, on one tensor. That threads, blocks and memory don't show is
 * in {@link StreamingMergerTest}.
 */
class MergeMethodContractTest {
  private static final int ELEMENTS = 999;
  private static final List<Double> WEIGHTS = List.of(0.1, 0.2, 0.3, 0.15, 0.25);
  private static final List<Double> WEIGHTS_OF_TWO = List.of(0.3, 0.7);
  private static final LayerValue ONE = LayerValue.of(1);
  private static final LayerValue HALF = LayerValue.of(0.5);

  /** Settings with which nothing is trimmed. */
  static Stream<MergeMethod> whole() {
    return Stream.of(
        new LinearMerge(),
        new TaskArithmeticMerge(ONE),
        new TiesMerge(ONE, ONE),
        new DareLinearMerge(ONE, ONE, 20),
        new DareTiesMerge(ONE, ONE, 20),
        new BreadcrumbsMerge(ONE, LayerValue.of(0), ONE),
        new SlerpMerge(),
        new KarcherMerge(10, 1e-5),
        new ModelStockMerge());
  }

  static Stream<MergeMethod> methods() {
    return Stream.concat(
        whole(),
        Stream.of(
            new TaskArithmeticMerge(HALF),
            new TiesMerge(HALF, HALF),
            new DareLinearMerge(HALF, ONE, 20),
            new DareTiesMerge(HALF, ONE, 20),
            new BreadcrumbsMerge(HALF, LayerValue.of(0.1), ONE)));
  }

  @Test
  void everyMemberIsTested() {
    Set<Class<?>> tested = whole().map(Object::getClass).collect(Collectors.toSet());
    assertThat(tested).containsExactlyInAnyOrder(MergeMethod.class.getPermittedSubclasses());
  }

  @ParameterizedTest
  @MethodSource("whole")
  void identicalExpertsStayAsTheyAreToTheLastBitOfFloat32(MergeMethod method) {
    double[] one = values(1);
    one[9] = method instanceof LinearMerge ? Float.MIN_VALUE : 0x1p-20;
    one[10] = 0;
    double[][] experts = new double[weights(method).size()][];
    Arrays.fill(experts, one);

    assertThat(asFloats(merge(method, experts, weights(method)))).isEqualTo(asFloats(one));
  }

  @ParameterizedTest
  @MethodSource("whole")
  void weightOneGivesThatExpert(MergeMethod method) {
    if (method instanceof SlerpMerge || method instanceof ModelStockMerge) {
      return; // They refuse one expert, see MergePlanTest.
    }
    double[][] experts = {values(3)};
    assertThat(asFloats(merge(method, experts, List.of(1.0)))).isEqualTo(asFloats(values(3)));
  }

  @ParameterizedTest
  @MethodSource("methods")
  void theOrderOfTheExpertsMattersByRoundingAlone(MergeMethod method) {
    List<Double> weights = weights(method);
    double[][] reversed = experts(weights.size());
    Collections.reverse(Arrays.asList(reversed));
    List<Double> reversedWeights = new ArrayList<>(weights);
    Collections.reverse(reversedWeights);
    List<String> names = names(weights.size());
    Collections.reverse(names);

    assertThat(merge(method, reversed, reversedWeights, names))
        .containsExactly(merge(method, experts(weights.size()), weights), within(1e-14));
  }

  @ParameterizedTest
  @MethodSource("methods")
  void anExpertsNotANumberIsNotHidden(MergeMethod method) {
    int count = weights(method).size();
    double[][] experts = experts(count);
    experts[1][11] = Double.NaN;
    double[] merged = merge(method, experts, weights(method));
    boolean mayDropIt = method instanceof DareLinearMerge || method instanceof DareTiesMerge;
    assertThat(Double.isNaN(merged[11]) || mayDropIt).isTrue();
  }

  @ParameterizedTest
  @MethodSource("methods")
  void partsMakeNoDifference(MergeMethod method) {
    int count = weights(method).size();
    double[] whole = merge(method, experts(count), weights(method));
    double[] inParts = mergeInParts(method, experts(count), weights(method), names(count), 100);
    assertThat(inParts).containsExactly(whole, within(1e-14));
  }

  @ParameterizedTest
  @MethodSource("methods")
  void whatLiesBehindTheLastElementIsLeftAlone(MergeMethod method) {
    int count = weights(method).size();
    TensorRule rule = ready(method, experts(count), weights(method), names(count), ELEMENTS);
    double[] merged = new double[ELEMENTS];
    Arrays.fill(merged, 123);
    rule.merge(withBase(experts(count)), 0, ELEMENTS - 3, merged);
    assertThat(Arrays.copyOfRange(merged, ELEMENTS - 3, ELEMENTS)).containsOnly(123);
  }

  @ParameterizedTest
  @MethodSource("methods")
  void onlyMethodsThatSaySoNeedStatistics(MergeMethod method) {
    int count = weights(method).size();
    boolean asks = method.rule(tensor(weights(method), names(count))).next().isPresent();
    assertThat(!asks || method.needsStatistics()).isTrue();
  }

  static List<Double> weights(MergeMethod method) {
    return method instanceof SlerpMerge ? WEIGHTS_OF_TWO : WEIGHTS;
  }

  private static List<String> names(int count) {
    return new ArrayList<>(IntStream.range(0, count).mapToObj(i -> "expert/" + i).toList());
  }

  private static double[] merge(MergeMethod method, double[][] experts, List<Double> weights) {
    return merge(method, experts, weights, names(experts.length));
  }

  private static double[] merge(
      MergeMethod method, double[][] experts, List<Double> weights, List<String> names) {
    return mergeInParts(method, experts, weights, names, ELEMENTS);
  }

  private static double[] mergeInParts(
      MergeMethod method,
      double[][] experts,
      List<Double> weights,
      List<String> names,
      int partElements) {
    TensorRule rule = ready(method, experts, weights, names, partElements);
    double[] all = new double[ELEMENTS];
    for (int first = 0; first < ELEMENTS; first += partElements) {
      int count = Math.min(partElements, ELEMENTS - first);
      double[] merged = new double[count];
      rule.merge(part(withBase(experts), first, count), first, count, merged);
      System.arraycopy(merged, 0, all, first, count);
    }
    return all;
  }

  private static TensorRule ready(
      MergeMethod method,
      double[][] experts,
      List<Double> weights,
      List<String> names,
      int partElements) {
    TensorRule rule = method.rule(tensor(weights, names));
    for (Optional<Statistics> next = rule.next(); next.isPresent(); next = rule.next()) {
      for (int first = 0; first < ELEMENTS; first += partElements) {
        Statistics part = next.get().empty();
        int count = Math.min(partElements, ELEMENTS - first);
        part.add(part(withBase(experts), first, count), count);
        next.get().drain(part);
      }
    }
    return rule;
  }

  private static MergedTensor tensor(List<Double> weights, List<String> names) {
    TensorSpec spec = new TensorSpec("weight", TensorType.FLOAT32, List.of((long) ELEMENTS));
    return new MergedTensor(spec, 0, names, weights);
  }

  private static double[][] withBase(double[][] experts) {
    double[][] inputs = Arrays.copyOf(experts, experts.length + 1);
    inputs[experts.length] = values(99);
    Arrays.setAll(inputs, i -> inputs[i].clone());
    return inputs;
  }

  private static double[][] part(double[][] inputs, int first, int count) {
    return Arrays.stream(inputs)
        .map(values -> Arrays.copyOfRange(values, first, first + count))
        .toArray(double[][]::new);
  }

  private static double[][] experts(int count) {
    double[][] experts = new double[count][];
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
