package io.espalier.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.espalier.config.ConfigException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ExpertsBenchSparkTest {
  private static final TrainSize TINY = new TrainSize("tiny", 1, 16, 2, 8, 2, 50, 2);

  @Test
  void twoExpertsAreComparedWithOne() {
    BenchResult result = ExpertsBench.measure(TINY, 6, 2);

    assertThat(result.bench()).isEqualTo("experts");
    assertThat(result.figures())
        .containsEntry("updates_of_an_expert", 6)
        .containsEntry("rounds", 2);
    for (String unit : List.of("tokens_per_second", "cpu_microseconds_per_token")) {
      assertThat(number(result.figures(), "one_expert_" + unit)).isPositive();
      assertThat(number(result.figures(), "two_experts_" + unit)).isPositive();
      assertThat(number(result.figures(), unit + "_ratio")).isPositive();
    }
  }

  @Test
  void everyExpertLearnsFromAllItsSequencesOnItsOwn() {
    try (BenchFolder folder = BenchFolder.temporary("test")) {
      ExpertRuns runs = ExpertRuns.prepare(BenchSession.open("test"), folder, TINY, 2, 7, 3);

      List<ExpertTime> times = runs.train(2, 7);

      assertThat(times).extracting(ExpertTime::tokens).containsExactly(7 * 16L, 7 * 16L);
      assertThat(folder.path().resolve("checkpoints/expert"))
          .isDirectoryContaining("glob:**0-training-0")
          .isDirectoryContaining("glob:**1-training-0");
      assertThat(folder.path().resolve("checkpoints/expert/1-training-0"))
          .isDirectoryContaining("glob:**step-00000006")
          .isDirectoryContaining("glob:**step-00000008");
    }
  }

  @Test
  void thePartsOfTheOverheadAddUp() {
    Map<String, Object> figures = OverheadBench.measure(TINY, 20, 5).figures();

    double wall = number(figures, "wall_seconds");
    double compute = number(figures, "compute_seconds");
    double parts =
        Stream.of("spool", "start", "checkpoint", "other")
            .mapToDouble(part -> number(figures, part + "_seconds"))
            .peek(seconds -> assertThat(seconds).isPositive())
            .sum();
    assertThat((compute + parts) / wall).isBetween(0.97, 1.03); // all are rounded
    assertThat(number(figures, "overhead_percent")).isCloseTo(100 * parts / wall, within(2.0));
  }

  @Test
  void moreExpertsThanSlotsAreRefused() {
    try (BenchFolder folder = BenchFolder.temporary("test")) {
      assertThatThrownBy(
              () -> ExpertRuns.prepare(BenchSession.open("test"), folder, TINY, 99, 7, 3))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("99 experts side by side need 99 cores");
    }
  }

  private static double number(Map<String, Object> figures, String name) {
    return Double.parseDouble(String.valueOf(figures.get(name)));
  }
}
