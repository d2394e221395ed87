package io.espalier.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class EvenSampleTest {
  @Test
  void allOfThemAreEachOfThem() {
    EvenSample all = new EvenSample(7, 7);
    assertThat(LongStream.range(0, 7).map(all::at).toArray()).containsExactly(0, 1, 2, 3, 4, 5, 6);
  }

  @Test
  void gapsDifferByOneAtMostAndReachTheEnd() {
    for (long total = 1; total < 60; total++) {
      for (long count = 1; count <= total; count++) {
        EvenSample sample = new EvenSample(total, count);
        assertThat(sample.at(0)).isZero();
        long shortest = total / count;
        for (long i = 1; i < count; i++) {
          assertThat(sample.at(i) - sample.at(i - 1)).isBetween(shortest, shortest + 1);
        }
        assertThat(total - sample.at(count - 1)).isBetween(shortest, shortest + 1);
      }
    }
  }

  @Test
  void moreThanThereAreIsRefused() {
    assertThatThrownBy(() -> new EvenSample(3, 4)).hasMessage("4 of 3 sequences");
  }
}
