package io.espalier.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.assertj.core.data.Offset;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NormalStreamTest {
  /** Expected values: scipy.special.ndtri. */
  @ParameterizedTest
  @CsvSource({
    "1e-300, -37.0470962993612",
    "1e-12, -7.034483825301131",
    "0.001, -3.090232306167813",
    "0.0749, -1.4402382675279635",
    "0.075, -1.4395314709384563",
    "0.3, -0.5244005127080409",
    "0.8, 0.8416212335729143",
    "0.9999, 3.719016485455709"
  })
  void quantilesAreThoseOfTheNormalDistribution(double probability, double expected) {
    assertThat(NormalStream.quantile(probability))
        .isCloseTo(expected, Percentage.withPercentage(1e-11));
  }

  @Test
  void manyNumbersHaveTheMomentsOfTheNormalDistribution() {
    NormalStream stream = new NormalStream(20, "transformer.wte.weight");
    double[] numbers = LongStream.range(0, 200_000).mapToDouble(stream::value).toArray();
    for (int power = 1; power <= 4; power++) {
      double moment = 0;
      for (double number : numbers) {
        moment += Math.pow(number, power) / numbers.length;
      }
      double expected = new double[] {0, 1, 0, 3}[power - 1];
      assertThat(moment).as("moment %d", power).isCloseTo(expected, Offset.offset(0.06));
    }
  }

  @Test
  void seedNameAndIndexAllMatter() {
    double number = new NormalStream(1, "a").value(0);
    assertThat(new NormalStream(1, "a").value(0)).isEqualTo(number);
    assertThat(new NormalStream(2, "a").value(0)).isNotEqualTo(number);
    assertThat(new NormalStream(1, "b").value(0)).isNotEqualTo(number);
    assertThat(new NormalStream(1, "a").value(1)).isNotEqualTo(number);
  }
}
