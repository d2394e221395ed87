package io.espalier.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.evaluate.Result;
import io.espalier.evaluate.Verdict;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResultTableTest {

  @Test
  void alignsDomainsModelsAndMeans() {
    List<Result> results = new ArrayList<>();
    add(results, "legal", Result.TRAINING, 40, 50, 36, 35.5);
    add(results, "cs_abstracts", Result.TRAINING, 100, 120, 90, 91);
    add(results, "poetry", Result.EVALUATION, 1234.5, 2000, Double.POSITIVE_INFINITY, 1100);
    assertThat(ResultTable.of(results))
        .isEqualTo(
            """
            Perplexity on the test split (lower is better, * is the lowest)
                                                       average        ensemble
            domain        dense    seed   own expert   uniform   uniform_prior
            -------------------------------------------------------------------
            cs_abstracts  100.0   120.0         90.0*    108.0            91.0
            legal          40.0    50.0         36.0      45.0            35.5*
            mean of 2      70.0    85.0         63.0*     76.5            63.3
            -------------------------------------------------------------------
            poetry        1,235   2,000            –     1,800           1,100*
            """);
  }

  @Test
  void marksWhatMayBeChance() {
    List<Result> results =
        List.of(
            result("dense", "legal", Result.TRAINING, 40),
            result("merged/uniform", "legal", Result.TRAINING, 39));
    assertThat(
            ResultTable.of(
                results,
                List.of(
                    FindingsTest.comparison(
                        "merged/uniform", "dense", "legal", 0.97, Verdict.NOT_SIGNIFICANT))))
        .isEqualTo(
            """
            Perplexity on the test split (lower is better, * is the lowest, ~ is no significant difference from the dense model)
                             average
            domain  dense    uniform
            --------------------------
            legal    40.0       39.0*~
            """);
  }

  @Test
  void namesTheValidationSplitWhereNothingWasTested() {
    Result only =
        new Result("seed", "legal", Result.TRAINING, "validation", Result.PERPLEXITY, 7, 1, "h");
    assertThat(ResultTable.of(List.of(only)))
        .startsWith("Perplexity on the validation split")
        .contains("7.00*");
  }

  @Test
  void leavesColumnsThatDoNotFitToTheReport() {
    List<Result> results = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      results.add(result("ensemble/e" + i, "legal", Result.TRAINING, 10 + i));
    }
    assertThat(ResultTable.of(results))
        .contains("e2")
        .doesNotContain("e3")
        .endsWith("2 more columns are in the report.\n");
  }

  @Test
  void saysSoWhereThereIsNothing() {
    assertThat(ResultTable.of(List.of())).isEqualTo("No results yet.\n");
  }

  private static void add(
      List<Result> results,
      String domain,
      String role,
      double dense,
      double seed,
      double expert,
      double ensemble) {
    results.add(result("seed", domain, role, seed));
    results.add(result("dense", domain, role, dense));
    results.add(result("expert/legal", domain, role, domain.equals("legal") ? expert : 500));
    results.add(result("expert/cs_abstracts", domain, role, domain.equals("legal") ? 600 : expert));
    results.add(result("merged/uniform", domain, role, 0.9 * seed));
    results.add(result("ensemble/uniform_prior", domain, role, ensemble));
  }

  private static Result result(String model, String domain, String role, double perplexity) {
    return new Result(model, domain, role, "test", Result.PERPLEXITY, perplexity, 1, "h");
  }
}
