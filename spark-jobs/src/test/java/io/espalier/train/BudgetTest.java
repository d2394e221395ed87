package io.espalier.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.config.ConfigException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class BudgetTest {
  private static final int LENGTH_TOKENS = 128;

  private static List<DomainSequences> domains(long... sequences) {
    List<DomainSequences> domains = new ArrayList<>();
    for (long count : sequences) {
      domains.add(new DomainSequences("domain" + domains.size(), count));
    }
    return domains;
  }

  private static ExpertSettings experts(Budget budget) {
    return new ExpertSettings(List.of(), 0, budget, ParallelSettings.SERIAL, List.of(), "seed");
  }

  private static TrainingPlanner planner(
      TrainingSettings training, Budget budget, List<DomainSequences> domains) {
    return new TrainingPlanner(training, experts(budget), 20, domains);
  }

  private static List<Long> updates(TrainingPlanner planner) {
    return planner.experts().stream().map(TrainingPlan::steps).toList();
  }

  private static Budget given(Random random, int count) {
    double[] raw = random.doubles(count, 1e-9, 1).map(x -> Math.pow(x, 4) + 1e-12).toArray();
    double sum = DoubleStream.of(raw).sum();
    Map<String, Double> shares = new TreeMap<>();
    for (int i = 0; i < count; i++) {
      shares.put("domain" + i, raw[i] / sum);
    }
    return new GivenBudget(shares);
  }

  @Test
  void howeverUpdatesAreDividedTheForestLearnsFromAsManyTokensAsTheDenseModel() {
    Random random = new Random(7);
    for (int i = 0; i < 1000; i++) {
      int count = 1 + random.nextInt(9);
      TrainingSettings training =
          TrainingPlannerTest.settings(
              1 + random.nextInt(300), random.nextDouble() * 0.5, count * 2, 1);
      List<DomainSequences> domains =
          domains(random.longs(count, 2, 1 + (1L << (2 + random.nextInt(30)))).toArray());
      Budget budget = random.nextBoolean() ? new ProportionalBudget() : given(random, count);
      TrainingPlanner planner = planner(training, budget, domains);
      List<Long> updates = updates(planner);
      assertThat(updates.stream().mapToLong(n -> n).sum())
          .isEqualTo(count * (training.steps() - training.seedSteps()));
      assertThat(updates).allMatch(n -> n >= 1);
      long forest =
          planner.seed().tokens(LENGTH_TOKENS)
              + planner.experts().stream().mapToLong(p -> p.tokens(LENGTH_TOKENS)).sum();
      assertThat(forest).isEqualTo(planner.dense().tokens(LENGTH_TOKENS));
    }
  }

  @Test
  void equalPartsAreThePlansThatThereWereBeforeThereWereBudgets() {
    TrainingSettings training = TrainingPlannerTest.settings(601, 0.5, 16, 4);
    List<DomainSequences> domains = domains(100, 200, 300, 400);
    List<TrainingPlan> plans = planner(training, new EqualBudget(), domains).experts();
    for (int i = 0; i < 4; i++) {
      assertThat(plans.get(i))
          .isEqualTo(
              new TrainingPlan(
                  "expert/domain" + i,
                  "seed",
                  List.of(domains.get(i)),
                  20,
                  301,
                  601,
                  1204,
                  new GlobalBatch(4, 4),
                  ParallelSettings.SERIAL,
                  training));
    }
    assertThat(planner(training, new ProportionalBudget(), domains(7, 7, 7, 7)).experts())
        .as("equal text, equal parts, the same identity")
        .extracting(TrainingPlan::settings)
        .containsOnly(training);
  }

  @Test
  void moreTextIsMoreUpdatesAndTheScheduleEndsWithTheExpertsOwnLast() {
    TrainingSettings training = TrainingPlannerTest.settings(100, 0.4, 6, 2);
    List<TrainingPlan> plans =
        planner(training, new ProportionalBudget(), domains(100, 200, 600)).experts();
    assertThat(plans).extracting(TrainingPlan::lastStep).containsExactly(60L, 80L, 160L);
    for (TrainingPlan plan : plans) {
      assertThat(plan.firstStep()).isEqualTo(40);
      assertThat(plan.settings().steps()).isEqualTo(plan.lastStep());
      assertThat(plan.learningRate(plan.lastStep() - 1)).isPositive().isLessThan(2e-5);
    }
  }

  @Test
  void whatIsLeftGoesToTheLargestRemaindersAndNobodyGetsNothing() {
    assertThat(LargestRemainder.divide(10, new double[] {1, 1, 1})).containsExactly(4L, 3L, 3L);
    assertThat(LargestRemainder.divide(10, new double[] {0.26, 0.26, 0.48}))
        .containsExactly(3L, 2L, 5L);
    assertThat(LargestRemainder.divide(10, new double[] {0.01, 0.01, 0.98}))
        .containsExactly(1L, 1L, 8L);
    assertThat(LargestRemainder.divide(3, new double[] {1e-9, 1, 1e9})).containsExactly(1L, 1L, 1L);
    assertThatThrownBy(() -> LargestRemainder.divide(2, new double[] {1, 1, 1}))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("The experts share 2 updates but are 3,");
  }

  @Test
  void givenSharesNameEachExpertOnceAndSumToOne() {
    assertThatThrownBy(() -> new GivenBudget(Map.of("a", 0.5, "b", 0.6)))
        .isInstanceOf(ConfigException.class)
        .hasMessage("shares sum to 1.1 but must sum to 1; divide each of them by that");
    assertThatThrownBy(() -> new GivenBudget(Map.of("a", 1.0, "b", 0.0)))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("shares of b is 0.0 but must be above 0");
    TrainingSettings training = TrainingPlannerTest.settings(10, 0.5, 4, 2);
    assertThatThrownBy(
            () ->
                planner(
                        training,
                        new GivenBudget(Map.of("domain0", 0.5, "domian1", 0.5)),
                        domains(9, 9))
                    .experts())
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "experts.budget.shares names domain0, domian1 but must name each expert's domain: domain0, domain1");
  }

  @Test
  void slicesThatDoNotDivideTheUpdatesOrLeaveAnExpertWithoutOneAreRefused() {
    List<String> three = List.of("a", "b", "c");
    assertThatThrownBy(() -> new MarginalBudget(7).check(three, 10))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "experts.budget.slice_steps is 7 but must divide the updates of all experts (3 × 10 = 30); 6 would work");
    assertThatThrownBy(() -> new MarginalBudget(15).check(three, 10))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "experts.budget.slice_steps is 15, which makes 2 slices of 30 updates, but each of the 3 experts takes at least one; 10 would work");
    new MarginalBudget(10).check(three, 10);
    new MarginalBudget(6).check(three, 10);
  }

  @Test
  void marginalExpertsAreComparedAllAtOnceAndTrainedByOneTaskEach() {
    List<List<String>> lists = List.of(List.of("a"), List.of("b"));
    assertThatThrownBy(
            () ->
                new ExpertSettings(
                    List.of(), 0, new MarginalBudget(1), ParallelSettings.SERIAL, lists, "seed"))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("budget is marginal, which compares all experts, but batches");
    ParallelSettings two = new ParallelSettings(2, 1, false, false, 60, 100);
    assertThatThrownBy(
            () -> new ExpertSettings(List.of(), 0, new MarginalBudget(1), two, List.of(), "seed"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("but parallel has 2 ranks");
  }

  @Test
  void aPlanSaysWhatEachExpertGets() {
    assertThat(new EqualBudget().described(3, 10)).isEmpty();
    assertThat(new ProportionalBudget().described(3, 10))
        .isEqualTo("The experts share 30 updates in proportion to their training sequences");
    assertThat(new ProportionalBudget().described(0, 10)).contains("10 updates per expert");
    assertThat(new GivenBudget(Map.of("law", 0.75, "code", 0.25)).described(2, 10))
        .isEqualTo("The experts share 20 updates: code 5, law 15");
    assertThat(new MarginalBudget(5).described(2, 10))
        .startsWith("The experts share 20 updates in slices of 5,");
  }

  @Test
  void slicesOfAnExpertSeeTheSamplesOfOneTrainingAndAddUpToTheTotal() {
    TrainingSettings training = TrainingPlannerTest.settings(60, 0.5, 6, 2);
    TrainingPlanner planner = planner(training, new MarginalBudget(10), domains(90, 90, 90));
    SlicePlans plans = planner.slices();
    assertThat(plans.decisions().slices()).isEqualTo(9);
    TrainingPlan whole = planner.experts().get(1);
    TrainingPlan first = plans.slice("domain1", 1, 0);
    TrainingPlan fourth = plans.slice("domain1", 4, 5);
    assertThat(first.parent()).isEqualTo("seed");
    assertThat(first.firstStep()).isEqualTo(30);
    assertThat(first.firstSample()).isEqualTo(whole.firstSample());
    assertThat(fourth.checkpoint()).isEqualTo("slices/domain1/4");
    assertThat(fourth.parent()).isEqualTo("slices/domain1/3");
    assertThat(fourth.firstStep()).as("beyond the dense model's last").isEqualTo(60);
    assertThat(fourth.lastStep()).isEqualTo(70);
    assertThat(fourth.firstSample()).isEqualTo(whole.firstSample() + 30 * 2);
    assertThat(fourth.learningRate(60))
        .as("5 of 9 slices are spent: the rate of step 30 + 16")
        .isEqualTo(fourth.learningRate(69))
        .isEqualTo(training.schedule().learningRate(46, 60));
    TrainingPlan end = plans.whole("domain1", 4);
    assertThat(end.checkpoint()).isEqualTo("expert/domain1");
    assertThat(end.parent()).isEqualTo(fourth.checkpoint());
    assertThat(end.steps()).isZero();
    assertThat(SlicePlans.expertOf(fourth.checkpoint())).isEqualTo("expert/domain1");
    assertThat(SlicePlans.expertOf("expert/domain1")).isEqualTo("expert/domain1");
  }

  @Test
  void whatWasDecidedIsWhatThePlannerPlans() {
    TrainingSettings training = TrainingPlannerTest.settings(60, 0.5, 6, 2);
    Map<String, Long> decided = Map.of("domain0", 10L, "domain1", 60L, "domain2", 20L);
    TrainingPlanner planner =
        new TrainingPlanner(
            training, experts(new MarginalBudget(10)), 20, domains(90, 90, 90), decided);
    assertThat(
            planner.experts().stream()
                .collect(Collectors.toMap(TrainingPlan::checkpoint, TrainingPlan::lastStep)))
        .isEqualTo(Map.of("expert/domain0", 40L, "expert/domain1", 90L, "expert/domain2", 50L));
  }
}
