package io.espalier.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.espalier.config.ConfigException;
import io.espalier.model.RankCost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlanReportTest {
  @TempDir Path folder;
  private TinyExperiment tiny;

  @BeforeEach
  void writeText() throws IOException {
    tiny = TinyExperiment.in(folder);
  }

  @Test
  void everyTrainingIsPlannedRankByRank() {
    PlanReport plan =
        plan(
            "training.micro_batch_sequences=1",
            "training.parallel.tensor_parallel_size=2",
            "training.parallel.data_parallel_size=3",
            "training.parallel.sequence_parallel=true");

    assertThat(plan.ranks())
        .extracting(
            RankPlan::training,
            RankPlan::tensorParallelSize,
            RankPlan::dataParallelSize,
            RankPlan::microBatches)
        .containsExactly(tuple("seed", 2, 3, 2), tuple("expert", 1, 1, 2), tuple("dense", 2, 3, 2));
    RankCost seed = plan.ranks().get(0).eachRank();
    RankCost expert = plan.ranks().get(1).eachRank();
    assertThat(expert.weightBytes())
        .as("gaps between parameters come on top")
        .isBetween(4 * plan.parameters(), 5 * plan.parameters());
    assertThat(expert.bytesSent()).isZero();
    assertThat(seed.tensorBytesSent()).isPositive();
    assertThat(seed.dataBytesSent()).isGreaterThan(seed.gradientBytes());
    assertThat(plan.toText())
        .containsPattern("seed +2 tensor × 3 data, sequence +[0-9.]+ ")
        .containsPattern("expert +1 rank .* –\\R");
  }

  @Test
  void aGivenTokenizersVocabularyCounts() throws IOException {
    Path tokenizer = folder.resolve("tokenizer.json");
    Files.writeString(
        tokenizer,
        """
        {"model": {"type": "BPE", "vocab": {"a": 0, "<|endoftext|>": 999}, "merges": []},
         "added_tokens": []}
        """);
    long without = plan().parameters();
    assertThat(plan("tokenizer.path=" + tokenizer).parameters() - without)
        .isEqualTo((1000 - 280) * 16);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "model.layers=1000000000",
        "model.hidden_size=1000000000",
        "model.layers=2147483647"
      })
  void aModelThatNobodyCanTrainIsRefusedAtOnce(String override) {
    assertTimeoutPreemptively(
        Duration.ofSeconds(1),
        () ->
            assertThatThrownBy(() -> tiny.to(folder.resolve("run"), override))
                .isInstanceOf(ConfigException.class)
                .hasMessageMatching("model.* is \\d+ but must be between 1 and \\d+"));
  }

  @Test
  void theLargestModelIsPlannedWithoutOverflow() {
    PlanReport plan = plan("model.layers=10000", "model.hidden_size=32768", "model.heads=256");
    assertThat(plan.parameters()).isBetween(128_000_000_000_000L, 130_000_000_000_000L);
    assertThat(plan.diskBytes()).isPositive();
    assertThat(plan.ranks())
        .allSatisfy(rank -> assertThat(rank.eachRank().memoryBytes()).isPositive());
  }

  private PlanReport plan(String... overrides) {
    return Pipeline.plan(tiny.to(folder.resolve("run"), overrides), Map.of(), 2);
  }
}
