package io.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StageProgressTest {
  private final StageProgress stage = new StageProgress(100);

  @Test
  void itemsAddUpAndSpeedIsOverAllOfThem() {
    stage.report("legal", 0, 1000, "tokens", "", 100);
    stage.report("code", 0, 3000, "tokens", "", 100);
    stage.report("legal", 500, 1000, "tokens", "loss 4.21", 110);
    stage.report("code", 500, 3000, "tokens", "loss 3.90", 110.6);
    assertThat(stage.done()).isEqualTo(1000);
    assertThat(stage.total()).isEqualTo(4000);
    assertThat(stage.percent()).isEqualTo("25 %");
    assertThat(stage.speed().orElseThrow()).isBetween(90.0, 100.0);
    assertThat(stage.secondsLeft().orElseThrow()).isBetween(30.0, 34.0);
    assertThat(stage.details()).isEqualTo("legal loss 4.21, code loss 3.90");
  }

  @Test
  void workOfAnEarlierRunIsProgressButNotSpeed() {
    stage.report("seed", 9_000_000, 10_000_000, "tokens", "", 100);
    stage.report("seed", 9_001_000, 10_000_000, "tokens", "loss 2", 110);
    assertThat(stage.percent()).isEqualTo("90 %");
    assertThat(stage.speed().orElseThrow()).isEqualTo(100);
  }

  @Test
  void speedForgetsWhatIsLongPast() {
    for (int second = 0; second <= 100; second++) {
      stage.report("seed", second * 10L, 10_000, "tokens", "", second);
    }
    for (int second = 1; second <= 100; second++) {
      stage.report("seed", 1000 + second * 50L, 10_000, "tokens", "", 100 + second);
    }
    assertThat(stage.speed().orElseThrow()).isEqualTo(50);
  }

  @Test
  void itemsThatWaitOrAreFinishedGiveNoDetails() {
    stage.report("legal", 0, 100, "tokens", "", 100);
    stage.report("code", 0, 100, "tokens", "", 100);
    stage.report("press", 0, 100, "tokens", "", 100);
    stage.report("legal", 100, 100, "tokens", "loss 1", 101);
    stage.report("code", 50, 100, "tokens", "loss 2", 102);
    assertThat(stage.details()).isEqualTo("code loss 2");
  }

  @Test
  void aStageWithoutFiguresHasNoPercentage() {
    assertThat(stage.percent()).isEmpty();
    assertThat(stage.secondsLeft()).isEmpty();
  }
}
