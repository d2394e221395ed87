package io.espalier.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.espalier.config.ConfigException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ExpertsBenchSparkTest {
  private static final TrainSize TINY = new TrainSize("tiny", 1, 16, 2, 8, 2, 50, 2);

  @Test
  void twoExpertsAreComparedWithOne() {
    BenchResult result = ExpertsBench.measure(TINY, 6, 2);

    assertThat(result.bench()).isEqualTo("experts");
    assertThat(result.figures()).containsEntry("updates_of_an_expert", 6).containsEntry("rounds", 2);
    assertThat(numbers(result.figures()))
        .containsKeys("tokens_per_second_ratio", "cpu_microseconds_per_token_ratio")
        .allSatisfy((name, value) -> assertThat(value).as(name).isPositive());
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
    Map<String, Double> figures = numbers(OverheadBench.measure(TINY, 20, 5).figures());

    double parts =
        figures.get("compute_seconds")
            + figures.get("spool_seconds")
            + figures.get("start_seconds")
            + figures.get("checkpoint_seconds")
            + figures.get("other_seconds");
    double wall = figures.get("wall_seconds");
    assertThat(parts / wall).isBetween(0.97, 1.03); // all are rounded
    assertThat(figures.get("spool_seconds")).isPositive();
    assertThat(figures.get("checkpoint_seconds")).isPositive();
    assertThat(figures.get("other_seconds")).isPositive();
    assertThat(figures.get("overhead_percent"))
        .isCloseTo(
            100 * (1 - figures.get("compute_seconds") / wall),
            within(1.5));
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

  private static Map<String, Double> numbers(Map<String, Object> figures) {
    return figures.entrySet().stream()
        .filter(figure -> figure.getValue() instanceof Number)
        .collect(
            Collectors.toMap(
                Map.Entry::getKey, figure -> ((Number) figure.getValue()).doubleValue()));
  }
}
