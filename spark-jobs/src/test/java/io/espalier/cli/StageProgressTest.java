package io.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StageProgressTest {
  private final StageProgress stage = new StageProgress(100);

  @Test
  void itemsAddUpAndSpeedIsOverAllOfThem() {
    stage.report("expert/legal", 0, 1000, "tokens", "", 100);
    stage.report("expert/code", 0, 3000, "tokens", "", 100);
    stage.report("expert/legal", 100, 1000, "tokens", "loss 4.5", 101);
    stage.report("expert/code", 100, 3000, "tokens", "loss 4.5", 101);
    stage.report("expert/legal", 600, 1000, "tokens", "loss 4.21", 110);
    stage.report("expert/code", 600, 3000, "tokens", "loss 3.90", 111);
    assertThat(stage.done()).isEqualTo(1200);
    assertThat(stage.total()).isEqualTo(4000);
    assertThat(stage.percent()).isEqualTo("30 %");
    assertThat(stage.speed().orElseThrow()).isBetween(90.0, 101.0);
    assertThat(stage.secondsLeft().orElseThrow()).isBetween(27.0, 32.0);
    assertThat(stage.details()).isEqualTo("legal loss 4.21, code loss 3.90");
  }

  @Test
  void workOfAnEarlierRunIsProgressButNotSpeed() {
    stage.report("seed", 0, 10_000_000, "tokens", "", 100);
    stage.report("seed", 9_000_000, 10_000_000, "tokens", "goes on after update 900", 110);
    stage.report("seed", 9_002_000, 10_000_000, "tokens", "loss 2", 120);
    assertThat(stage.percent()).isEqualTo("90 %");
    assertThat(stage.speed().orElseThrow()).isEqualTo(200);
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
