package io.espalier.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.espalier.checkpoint.TensorSpec;
import io.espalier.checkpoint.TensorType;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class RandomTrimTest {
  private static final int ELEMENTS = 200_000;

  @Test
  void keepsTheShareAndTheExpectation() {
    double[] changes = trimmed("weight", "a", 20, 0.3);
    long kept = Arrays.stream(changes).filter(change -> change != 0).count();
    // Five standard deviations of a binomial count.
    assertThat(kept / (double) ELEMENTS).isCloseTo(0.3, within(5 * Math.sqrt(0.21 / ELEMENTS)));
    assertThat(Arrays.stream(changes).filter(change -> change != 0)).allMatch(c -> c == 1 / 0.3);
    assertThat(Arrays.stream(changes).average().orElseThrow()).isCloseTo(1, within(0.02));
  }

  @Test
  void followsFromSeedTensorExpertAndPlaceAlone() {
    double[] changes = trimmed("weight", "a", 20, 0.5);
    assertThat(trimmed("weight", "a", 20, 0.5)).isEqualTo(changes);
    assertThat(agreement(trimmed("weight", "a", 21, 0.5), changes)).isCloseTo(0.5, within(0.01));
    assertThat(agreement(trimmed("bias", "a", 20, 0.5), changes)).isCloseTo(0.5, within(0.01));
    assertThat(agreement(trimmed("weight", "b", 20, 0.5), changes)).isCloseTo(0.5, within(0.01));

    double[] part = new double[1000];
    Arrays.fill(part, 1);
    RandomTrim.of(tensor("weight", "a"), 0.5, 20).trim(0, part, 7000, 1000);
    assertThat(part).isEqualTo(Arrays.copyOfRange(changes, 7000, 8000));
  }

  private static double agreement(double[] some, double[] others) {
    long same = 0;
    for (int i = 0; i < some.length; i++) {
      same += some[i] == others[i] ? 1 : 0;
    }
    return same / (double) some.length;
  }

  private static double[] trimmed(String tensor, String expert, long seed, double density) {
    double[] changes = new double[ELEMENTS];
    Arrays.fill(changes, 1);
    RandomTrim.of(tensor(tensor, expert), density, seed).trim(0, changes, 0, ELEMENTS);
    return changes;
  }

  private static MergedTensor tensor(String name, String expert) {
    TensorSpec spec = new TensorSpec(name, TensorType.FLOAT32, List.of((long) ELEMENTS));
    return new MergedTensor(spec, 0, List.of(expert), List.of(1.0));
  }
}
