package io.espalier.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConnectingLineTest {
  @Test
  void theBarrierIsTheRiseAboveAnEvenChange() {
    ConnectingLine line = line(10, 15, 20);
    assertThat(line.barrier()).isZero();
    ConnectingLine risen = line(10, 60, 20);
    assertThat(risen.barrier()).isEqualTo(45);
    assertThat(risen.relativeBarrier()).isEqualTo(3);
    assertThat(risen.highest().share()).isEqualTo(0.5);
  }

  @Test
  void aValleyBetweenTheEndsIsNoBarrier() {
    ConnectingLine line = line(10, 8, 12);
    assertThat(line.barrier()).isZero();
    assertThat(line.finding())
        .contains(
            "rises by 0.00 at most", "averaging them can work", "lowest is 8.00 at share 0.50");
  }

  @Test
  void theFindingSaysWhetherAveragingCanWork() {
    assertThat(line(10, 12, 10).finding())
        .contains("Between expert/a and expert/b", "(20.0 %, at share 0.50)", "costs that much");
    assertThat(line(10, 4e6, 10).finding()).contains("can't work", "4.00e+06");
  }

  @Test
  void perplexityOfTheEvenChangeIsLinear() {
    assertThat(line(10, 4, 20).even(0.25)).isCloseTo(12.5, within(1e-12));
  }

  @Test
  void aLineWithoutItsEndsIsABug() {
    List<ConnectingLine.Point> middle = List.of(new ConnectingLine.Point(0.5, 3));
    assertThatThrownBy(
            () -> new ConnectingLine(new ScoredModel("a", ""), new ScoredModel("b", ""), middle))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static ConnectingLine line(double... perplexities) {
    List<ConnectingLine.Point> points = new ArrayList<>();
    for (int i = 0; i < perplexities.length; i++) {
      points.add(new ConnectingLine.Point(i / (perplexities.length - 1.0), perplexities[i]));
    }
    return new ConnectingLine(
        new ScoredModel("expert/a", "1"), new ScoredModel("expert/b", "2"), points);
  }
}
