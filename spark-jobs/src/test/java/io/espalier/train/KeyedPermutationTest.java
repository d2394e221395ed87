package io.espalier.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.BitSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class KeyedPermutationTest {

  private static void isBijection(long size, long key) {
    KeyedPermutation permutation = new KeyedPermutation(size, key);
    BitSet seen = new BitSet();
    for (long i = 0; i < size; i++) {
      long element = permutation.at(i);
      assertThat(element).isBetween(0L, size - 1);
      seen.set((int) element);
    }
    assertThat(seen.cardinality()).as("size %d, key %d", size, key).isEqualTo((int) size);
  }

  @Test
  void everyElementComesExactlyOnce() {
    for (long size = 1; size <= 200; size++) {
      isBijection(size, 20);
      isBijection(size, size * 0x9E3779B97F4A7C15L);
    }
    isBijection(65_536, 1);
    isBijection(65_537, 2);
    isBijection(1_000_003, 3);
  }

  @Test
  void sizesBeyondAnyArrayStayInRangeAndDiffer() {
    for (long size : new long[] {Integer.MAX_VALUE + 5L, 1L << 40, (1L << 62) - 1, 1L << 62}) {
      KeyedPermutation permutation = new KeyedPermutation(size, 7);
      assertThat(LongStream.range(size - 1000, size).map(permutation::at).distinct())
          .hasSize(1000)
          .allMatch(element -> element >= 0 && element < size);
    }
  }

  @Test
  void differentKeysGiveDifferentOrders() {
    long equal =
        LongStream.range(0, 10_000)
            .filter(
                i -> new KeyedPermutation(10_000, 1).at(i) == new KeyedPermutation(10_000, 2).at(i))
            .count();
    assertThat(equal).as("about one fixed point is expected by chance").isLessThan(10);
  }

  @Test
  void everyElementIsEquallyLikelyToComeFirst() {
    for (int size : new int[] {2, 3, 5, 16, 17, 100}) {
      int[] counts = new int[size];
      int keys = 2000 * size;
      for (long key = 0; key < keys; key++) {
        counts[(int) new KeyedPermutation(size, KeyedPermutation.mix(key)).at(0)]++;
      }
      double chiSquare = 0;
      for (int count : counts) {
        chiSquare += (count - 2000.0) * (count - 2000.0) / 2000;
      }
      double degrees = size - 1;
      assertThat(chiSquare)
          .as("size %d: five standard deviations above the mean of chi-square", size)
          .isLessThan(degrees + 5 * Math.sqrt(2 * degrees) + 5);
    }
  }

  @Test
  void neighboursDoNotStayNeighbours() {
    KeyedPermutation permutation = new KeyedPermutation(100_000, 5);
    long close =
        LongStream.range(1, 100_000)
            .filter(i -> Math.abs(permutation.at(i) - permutation.at(i - 1)) <= 100)
            .count();
    assertThat(close).as("200 of 100000 are expected by chance").isBetween(100L, 320L);
  }

  @Test
  void refusesWhatIsNoSizeOrPosition() {
    assertThatThrownBy(() -> new KeyedPermutation(0, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new KeyedPermutation((1L << 62) + 1, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new KeyedPermutation(3, 1).at(3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Position 3 of 3");
  }
}
