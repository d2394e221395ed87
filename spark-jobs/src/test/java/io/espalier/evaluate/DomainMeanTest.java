package io.espalier.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class DomainMeanTest {

  @Test
  void everyDomainCountsTheSame() {
    List<Result> means =
        DomainMean.of(
            List.of(
                result("seed", "legal", Result.TRAINING, 10, 1_000_000),
                result("seed", "code", Result.TRAINING, 20, 1),
                result("seed", "poetry", Result.EVALUATION, 50, 5)));
    assertThat(means)
        .containsExactly(
            new Result(
                "seed",
                Result.MEAN_TRAINING,
                Result.TRAINING,
                "test",
                Result.PERPLEXITY,
                15,
                1_000_001,
                "hash of seed"),
            new Result(
                "seed",
                Result.MEAN_EVALUATION,
                Result.EVALUATION,
                "test",
                Result.PERPLEXITY,
                50,
                5,
                "hash of seed"));
  }

  @Test
  void aModelThatLacksADomainHasNoMean() {
    List<Result> means =
        DomainMean.of(
            List.of(
                result("seed", "legal", Result.TRAINING, 10, 1),
                result("seed", "code", Result.TRAINING, 20, 1),
                result("merged/posterior/code", "legal", Result.TRAINING, 30, 1)));
    assertThat(means).extracting(Result::model).containsExactly("seed");
  }

  @Test
  void splitsAndMetricsAreKeptApart() {
    Result validation =
        new Result("seed", "legal", Result.TRAINING, "validation", Result.PERPLEXITY, 7, 1, "h");
    Result bits =
        new Result("seed", "legal", Result.TRAINING, "test", Result.BITS_PER_BYTE, 2, 1, "h");
    assertThat(DomainMean.of(List.of(validation, bits)))
        .extracting(Result::value)
        .containsExactly(7.0, 2.0);
  }

  @Test
  void theOrderOfTheDomainsDoesNotChangeABit() {
    List<Result> results = new ArrayList<>();
    for (int i = 0; i < 11; i++) {
      results.add(result("seed", "domain" + i, Result.TRAINING, Math.exp(i * 1.37), 1));
    }
    double before = DomainMean.of(results).get(0).value();
    Collections.reverse(results);
    assertThat(DomainMean.of(results).get(0).value()).isEqualTo(before);
  }

  @Test
  void meansAreNotAveragedAgainAndPriorsNeverAre() {
    List<Result> results =
        new ArrayList<>(List.of(result("seed", "legal", Result.TRAINING, 10, 1)));
    results.addAll(DomainMean.of(results));
    results.add(
        new Result(
            "expert/legal", "legal", Result.TRAINING, "test", Result.CACHED_PRIOR, 0.5, 1, "h"));
    assertThat(DomainMean.of(results)).hasSize(1);
  }

  private static Result result(
      String model, String domain, String role, double perplexity, long tokens) {
    return new Result(
        model, domain, role, "test", Result.PERPLEXITY, perplexity, tokens, "hash of " + model);
  }
}
