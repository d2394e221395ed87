package io.espalier.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.config.ConfigException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a plan says and refuses of budgets, before anything runs. */
class BudgetPlanTest {
  @TempDir private Path folder;
  private TinyExperiment tiny;

  @BeforeEach
  void writeTheText() throws IOException {
    tiny = TinyExperiment.in(folder);
  }

  private PlanReport plan(String... overrides) {
    return Pipeline.plan(tiny.to(folder.resolve("run"), overrides), Map.of(), 2);
  }

  @Test
  void aPlanSaysWhatEachExpertGetsUnlessThatIsEqual() {
    assertThat(plan().budget()).isEmpty();
    assertThat(
            plan("experts.budget={type: given, shares: {code: 0.2, law: 0.3, poems: 0.5}}")
                .toText())
        .contains("  The experts share 9 updates: code 2, law 3, poems 4.");
    assertThat(plan("experts.budget.type=proportional").toText())
        .contains("  The experts share 9 updates in proportion to their training sequences.");
    assertThat(plan("experts.budget={type: marginal, slice_steps: 3}").toText())
        .contains("  The experts share 9 updates in slices of 3, which go to those");
  }

  @Test
  void sharesOfOtherDomainsAreRefusedBeforeAnyTextIsRead() {
    assertThatThrownBy(() -> plan("experts.budget={type: given, shares: {code: 0.2, law: 0.8}}"))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "experts.budget.shares names code, law but must name each expert's domain: code, law, poems");
    assertThatThrownBy(() -> plan("experts.budget={type: given, shares: {code: 0.2, law: 0.9}}"))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("experts.budget.shares sum to 1.1");
  }

  @Test
  void slicesThatDoNotFitAreRefused() {
    assertThatThrownBy(() -> plan("experts.budget={type: marginal, slice_steps: 2}"))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith(
            "experts.budget.slice_steps is 2 but must divide the updates of all experts (3 × 3 = 9)");
    assertThatThrownBy(() -> plan("experts.budget.type=marginal"))
        .isInstanceOf(ConfigException.class)
        .hasMessage("experts.budget.slice_steps is missing; it has no default");
  }

  @Test
  void aStudyComparesEqualBudgetsAlone() {
    assertThatThrownBy(
            () ->
                plan("study.random_split=true", "experts.budget={type: marginal, slice_steps: 3}"))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("experts.budget is marginal but the trials of study");
    assertThatThrownBy(
            () ->
                plan(
                    "experts.parallel.tensor_parallel_size=2",
                    "experts.budget={type: marginal, slice_steps: 3}"))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("experts.budget is marginal, whose slices are trained by one task");
  }
}
