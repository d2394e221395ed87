package io.espalier.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.config.ConfigException;
import io.espalier.torch.Precision;
import io.espalier.train.DomainSequences;
import io.espalier.train.ExpertSettings;
import io.espalier.train.OptimizerSettings;
import io.espalier.train.ParallelSettings;
import io.espalier.train.PolynomialSchedule;
import io.espalier.train.SampleOrder;
import io.espalier.train.StabilitySettings;
import io.espalier.train.TrainingPlan;
import io.espalier.train.TrainingPlanner;
import io.espalier.train.TrainingSettings;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StudyPlannerTest {
  private static final int LENGTH = 128;
  private static final long SEED = 20;
  private static final SweepSettings NONE = new SweepSettings(List.of(), List.of());
  private static final ExpertSettings EXPERTS =
      new ExpertSettings(List.of(), 0, ParallelSettings.SERIAL);
  private static final StudySettings EVERYTHING =
      new StudySettings(
          List.of(0.9, 0.0, 0.25, 0.75),
          List.of(List.of("domain1"), List.of("domain2", "domain5")),
          List.of(2, 4),
          true,
          true,
          new SweepSettings(List.of(16, 4), List.of(1e-3, 4e-3)),
          new SweepSettings(List.of(2, 1), List.of(1e-3, 5e-4)),
          new SweepSettings(List.of(8), List.of()),
          List.of(21L, 22L),
          0);

  private static TrainingSettings training(double seedShare) {
    return new TrainingSettings(
        Precision.FLOAT32,
        200,
        seedShare,
        16,
        16,
        false,
        ParallelSettings.SERIAL,
        new OptimizerSettings(0.9, 0.95, 1e-8, 0.1, 1),
        new PolynomialSchedule(1e-3, 0.08, 1, 0),
        StabilitySettings.OFF,
        100,
        2,
        10,
        "auto");
  }

  private static List<DomainSequences> domains() {
    return IntStream.range(0, 8).mapToObj(i -> new DomainSequences("domain" + i, 300 + i)).toList();
  }

  private static StudyPlanner planner(StudySettings study) {
    return new StudyPlanner(study, training(0.5), EXPERTS, SEED, domains());
  }

  private static List<TrainingPlan> own() {
    TrainingPlanner main = new TrainingPlanner(training(0.5), EXPERTS, SEED, domains());
    List<TrainingPlan> plans = new ArrayList<>(main.experts());
    plans.add(main.seed());
    plans.add(main.denseFromSeed());
    return plans;
  }

  private static List<TrainingPlan> withOwn(List<Trial> trials) {
    List<TrainingPlan> all = own();
    trials.forEach(trial -> all.addAll(trial.plans()));
    return all;
  }

  private static Trial trial(String name) {
    return planner(EVERYTHING).trials().stream()
        .filter(trial -> trial.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void everyTrialLearnsFromAsManyTokensAsTheDenseModel() {
    List<Trial> trials = planner(EVERYTHING).trials();
    assertThat(trials).hasSize(4 + 2 + 2 + 1 + 1 + 3 + 3 + 1 + 2);
    long dense = 200L * 16 * LENGTH;
    for (Trial trial : trials) {
      assertThat(trial.learnedTokens(withOwn(trials), LENGTH)).as(trial.name()).isEqualTo(dense);
    }
  }

  @Test
  void everyParentIsTrainedUpToWhereItsBranchBegins() {
    List<TrainingPlan> all = withOwn(planner(EVERYTHING).trials());
    Set<String> names = new HashSet<>();
    for (TrainingPlan plan : all) {
      assertThat(names.add(plan.checkpoint())).as(plan.checkpoint()).isTrue();
      if (plan.parent().isEmpty()) {
        assertThat(plan.firstStep()).isZero();
      } else {
        TrainingPlan parent =
            all.stream()
                .filter(p -> p.checkpoint().equals(plan.parent()))
                .findFirst()
                .orElseThrow();
        assertThat(parent.lastStep()).as(plan.checkpoint()).isEqualTo(plan.firstStep());
      }
    }
  }

  @Test
  void seedsOfLargerSharesGoOnFromSmallerOnesAndFromTheRunsOwn() {
    assertThat(trial("seed-share-0.0").experts()).allMatch(plan -> plan.parent().isEmpty());
    TrainingPlan quarter = trial("seed-share-0.25").plans().get(0);
    TrainingPlan threeQuarters = trial("seed-share-0.75").plans().get(0);
    TrainingPlan most = trial("seed-share-0.9").plans().get(0);
    assertThat(quarter.parent()).isEmpty();
    assertThat(threeQuarters.parent()).isEqualTo("seed");
    assertThat(threeQuarters.firstSample()).isEqualTo(100 * 16);
    assertThat(most.parent()).isEqualTo(threeQuarters.checkpoint());
    assertThat(most.steps()).isEqualTo(30);
  }

  @Test
  void randomExpertsTogetherSeeWhatTheDenseModelSeesAndNoSampleTwice() {
    Set<Long> samples = new HashSet<>();
    for (TrainingPlan plan : trial("random-split").plans()) {
      assertThat(plan.domains()).isEqualTo(domains());
      for (long n = plan.firstSample(); n < plan.firstSample() + plan.samples(); n++) {
        assertThat(samples.add(n)).isTrue();
      }
    }
    TrainingPlan dense = own().get(own().size() - 1);
    assertThat(samples).hasSize((int) dense.samples());
    assertThat(samples)
        .allMatch(n -> n >= dense.firstSample() && n < dense.firstSample() + dense.samples());
  }

  @Test
  void expertsWithoutASharedSeedBeginEachWithAnInitialisationOfItsOwn() {
    List<TrainingPlan> plans = trial("unshared-seed").plans();
    assertThat(plans).extracting(TrainingPlan::seed).doesNotHaveDuplicates().doesNotContain(SEED);
    assertThat(plans).allMatch(plan -> plan.parent().isEmpty() && plan.firstStep() == 0);
  }

  @Test
  void smallerBatchesMakeMoreUpdatesOfTheSameSamples() {
    TrainingPlan dense = trial("dense-batch-4-rate-0.004").plans().get(0);
    assertThat(dense.steps()).isEqualTo(800);
    assertThat(dense.settings().schedule().peakLearningRate()).isEqualTo(4e-3);
    TrainingPlan expert = trial("experts-batch-1-rate-5.0E-4").plans().get(0);
    assertThat(expert.firstStep()).isEqualTo(100);
    assertThat(expert.steps()).isEqualTo(200);
    assertThat(expert.learningRate(expert.lastStep() - 1)).isLessThan(1e-5);
  }

  @Test
  void aSeedOnOneDomainSeesThatDomainAlone() {
    Trial trial = trial("seed-on-domain1");
    SampleOrder order = new SampleOrder(SEED, trial.plans().get(0).domains());
    assertThat(trial.plans().get(0).domains())
        .extracting(d -> d.domain())
        .containsExactly("domain1");
    assertThat(order.domain(17)).isZero();
    assertThat(trial.experts())
        .hasSize(8)
        .allMatch(p -> p.parent().equals(trial.prefix() + "seed"));
  }

  @Test
  void whatCannotBeComparedIsRefusedWithBothNumbers() {
    assertRefused(withShares(0.5), "study.seed_shares has 0.5");
    assertRefused(
        study(List.of(), List.of(List.of("nowhere")), List.of(), NONE, List.of()),
        "study.seed_corpora names nowhere but the training domains are domain0, ");
    assertRefused(
        study(List.of(), List.of(), List.of(8), NONE, List.of()),
        "study.domain_counts has 8 but must be at least 2 and below the number of experts (8)");
    assertRefused(
        study(List.of(), List.of(), List.of(), new SweepSettings(List.of(7), List.of()), List.of()),
        "study.dense_sweep.global_batch_sequences has 7 but 200 updates of 16 sequences (3200)");
    assertRefused(
        study(List.of(), List.of(), List.of(), NONE, List.of(SEED)), "study.seeds has 20");
    assertThatThrownBy(() -> withShares(1.0))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("seed_shares has 1.0");
  }

  @Test
  void nothingAskedForIsNoTrial() {
    assertThat(planner(withShares()).trials()).isEmpty();
  }

  private static void assertRefused(StudySettings study, String sentence) {
    assertThatThrownBy(() -> planner(study).trials())
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(sentence);
  }

  private static StudySettings withShares(Double... shares) {
    return study(List.of(shares), List.of(), List.of(), NONE, List.of());
  }

  private static StudySettings study(
      List<Double> shares,
      List<List<String>> corpora,
      List<Integer> counts,
      SweepSettings dense,
      List<Long> seeds) {
    return new StudySettings(shares, corpora, counts, false, false, dense, NONE, NONE, seeds, 0);
  }
}
