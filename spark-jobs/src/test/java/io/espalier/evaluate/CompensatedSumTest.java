package io.espalier.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CompensatedSumTest {

  @Test
  void aMillionSmallNumbersAddUpToTheLastBit() {
    Random random = new Random(3);
    CompensatedSum sum = new CompensatedSum();
    BigDecimal exact = BigDecimal.ZERO;
    for (int i = 0; i < 100_000; i++) {
      double value = random.nextFloat() * 12;
      sum.add(value);
      exact = exact.add(new BigDecimal(value));
    }
    assertThat(sum.value()).isEqualTo(exact.doubleValue());
  }

  @Test
  void whatIsInfiniteStaysInfinite() {
    CompensatedSum sum = new CompensatedSum();
    sum.add(1);
    sum.add(Double.POSITIVE_INFINITY);
    sum.add(1);
    assertThat(sum.value()).isEqualTo(Double.POSITIVE_INFINITY);
  }
}
