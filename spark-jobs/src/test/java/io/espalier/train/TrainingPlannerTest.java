package io.espalier.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.config.ConfigException;
import io.espalier.torch.Precision;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TrainingPlannerTest {

  static TrainingSettings settings(long steps, double seedShare, int global, int micro) {
    return new TrainingSettings(
        Precision.FLOAT32,
        steps,
        seedShare,
        global,
        micro,
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

  private static List<DomainSequences> domains(int count) {
    List<DomainSequences> domains = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      domains.add(new DomainSequences("domain" + i, 100 + i));
    }
    return domains;
  }

  private static TrainingPlanner planner(
      TrainingSettings training, ExpertSettings experts, int domains) {
    return new TrainingPlanner(training, experts, 20, domains(domains));
  }

  private static long forestTokens(TrainingPlanner planner) {
    return planner.seed().tokens(128)
        + planner.experts().stream().mapToLong(expert -> expert.tokens(128)).sum();
  }

  @Test
  void denseCostsWhatSeedAndExpertsCostTogether() {
    Random random = new Random(1);
    for (int i = 0; i < 500; i++) {
      int count = 1 + random.nextInt(9);
      int perExpert = 1 + random.nextInt(6);
      TrainingSettings training =
          settings(2 + random.nextInt(500), random.nextDouble() * 0.7, count * perExpert, 1);
      TrainingPlanner planner =
          planner(training, new ExpertSettings(List.of(), 0, ParallelSettings.SERIAL), count);
      assertThat(planner.dense().tokens(128)).isEqualTo(forestTokens(planner));
      assertThat(planner.dense().parent()).isEmpty();
      assertThat(planner.seed().tokens(128) + planner.denseFromSeed().tokens(128))
          .isEqualTo(forestTokens(planner));
    }
  }

  @Test
  void denseStillCostsTheSameWhereTheExpertsBatchIsSetByHand() {
    TrainingPlanner planner =
        planner(
            settings(600, 0.5, 16, 16),
            new ExpertSettings(List.of(), 16, ParallelSettings.SERIAL),
            8);
    assertThat(planner.dense().parent()).isEqualTo("seed");
    assertThat(planner.dense().batch()).isEqualTo(new GlobalBatch(128, 16));
    assertThat(planner.seed().tokens(128) + planner.dense().tokens(128))
        .isEqualTo(forestTokens(planner));
  }

  @Test
  void expertsGoOnWithTheScheduleWhereTheSeedStops() {
    TrainingPlanner planner =
        planner(
            settings(601, 0.5, 16, 8),
            new ExpertSettings(List.of(), 0, ParallelSettings.SERIAL),
            4);
    TrainingPlan seed = planner.seed();
    assertThat(seed.lastStep()).as("601 × 0.5, rounded").isEqualTo(301);
    assertThat(planner.experts()).hasSize(4);
    for (TrainingPlan expert : planner.experts()) {
      assertThat(expert.parent()).isEqualTo("seed");
      assertThat(expert.firstStep()).isEqualTo(301);
      assertThat(expert.lastStep()).isEqualTo(601);
      assertThat(expert.batch()).isEqualTo(new GlobalBatch(4, 4));
      assertThat(expert.learningRate(301))
          .isLessThan(seed.learningRate(300))
          .isEqualTo(planner.dense().learningRate(301));
    }
    assertThat(planner.experts().get(2).checkpoint()).isEqualTo("expert/domain2");
    assertThat(planner.experts().get(2).domains()).containsExactly(domains(4).get(2));
  }

  @Test
  void aDomainThatJoinsLaterTrainsAsTheFirstExpertsDidAndFromItsFirstSample() {
    TrainingPlanner planner =
        planner(
            settings(600, 0.5, 16, 4),
            new ExpertSettings(List.of(), 0, ParallelSettings.SERIAL),
            4);
    TrainingPlan first = planner.experts().get(0);
    DomainSequences math = new DomainSequences("math", 50);
    TrainingPlan joining =
        planner.joining(math, "expert/math", "branch/math", planner.expertSteps());
    assertThat(joining.parent()).isEqualTo("branch/math");
    assertThat(joining.firstStep()).isEqualTo(first.firstStep());
    assertThat(joining.lastStep()).isEqualTo(first.lastStep());
    assertThat(joining.batch()).isEqualTo(first.batch());
    assertThat(joining.firstSample()).isZero();
    assertThat(joining.learningRate(400)).isEqualTo(first.learningRate(400));
    assertThat(planner.joining(domains(4).get(1), "expert/domain1@2", "seed", 300).firstSample())
        .as("text that the seed has seen")
        .isEqualTo(first.firstSample());

    TrainingPlan longer = planner.joining(math, "expert/math", "seed", 900);
    assertThat(longer.lastStep()).isEqualTo(1200);
    assertThat(longer.learningRate(1199)).as("the schedule ends with it").isLessThan(1e-5);
  }

  @Test
  void whoGoesOnBeginsANewEpochOfTheNewTextAndARateThatFallsAgain() {
    TrainingPlanner planner =
        planner(
            settings(600, 0.5, 16, 4),
            new ExpertSettings(List.of(), 0, ParallelSettings.SERIAL),
            4);
    DomainSequences text = new DomainSequences("domain1", 50, "train-2");
    TrainingPlan plan = planner.goingOn(text, "expert/domain1@2", "expert/domain1", 600, 1230, 100);
    assertThat(plan.firstStep()).isEqualTo(600);
    assertThat(plan.lastStep()).isEqualTo(700);
    assertThat(plan.firstSample()).as("no number comes again").isEqualTo(1250);
    assertThat(plan.firstSample() % 50).as("each sequence once before one twice").isZero();
    assertThat(plan.learningRate(600))
        .isGreaterThan(planner.experts().get(1).learningRate(599))
        .isGreaterThan(plan.learningRate(699));
    assertThatThrownBy(
            () ->
                planner.goingOn(new DomainSequences("domain1", 3, "train-2"), "a", "b", 600, 0, 10))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("has 3 training sequences but an update of its expert takes 4");
  }

  @Test
  void aCurriculumDividesTheExpertsAndChangesNothingElse() {
    TrainingSettings training = settings(600, 0.5, 16, 4);
    List<List<String>> batches =
        List.of(List.of("domain3", "domain0"), List.of("domain1", "domain2"));
    ExpertSettings curriculum =
        new ExpertSettings(List.of(), 0, ParallelSettings.SERIAL, batches, "posterior");
    TrainingPlanner planner = planner(training, curriculum, 4);
    assertThat(planner.expertBatches()).hasSize(2);
    assertThat(planner.expertBatches().stream().flatMap(List::stream))
        .containsExactlyInAnyOrderElementsOf(planner.experts());
    TrainingPlan branched =
        planner.expertBatches().get(1).get(0).named("expert/domain1", "branch/domain1");
    assertThat(branched.parent()).isEqualTo("branch/domain1");
    assertThat(branched.named("expert/domain1", "seed")).isEqualTo(planner.experts().get(1));
    assertThat(
            planner(training, new ExpertSettings(List.of(), 0, ParallelSettings.SERIAL), 4)
                .expertBatches())
        .as("without a curriculum: all at once")
        .containsExactly(planner.experts());
  }

  @Test
  void aCurriculumThatDoesNotNameEachExpertOnceIsRefused() {
    List<List<String>> missing = List.of(List.of("domain0"), List.of("domain1"));
    ExpertSettings curriculum =
        new ExpertSettings(List.of(), 0, ParallelSettings.SERIAL, missing, "seed");
    assertThatThrownBy(() -> planner(settings(600, 0.5, 12, 4), curriculum, 3))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "experts.batches names domain0, domain1 but must name each expert's domain once: domain0, domain1, domain2");
    assertThatThrownBy(
            () ->
                new ExpertSettings(
                    List.of(),
                    0,
                    ParallelSettings.SERIAL,
                    List.of(List.of("a"), List.of("a")),
                    "seed"))
        .hasMessage("batches names a twice but must name it once");
    assertThatThrownBy(
            () -> new ExpertSettings(List.of(), 0, ParallelSettings.SERIAL, missing, "nearby"))
        .hasMessage("branch_from is 'nearby' but must be one of seed, uniform, nearest, posterior");
    assertThatThrownBy(
            () -> new ExpertSettings(List.of(), 0, ParallelSettings.SERIAL, List.of(), "uniform"))
        .hasMessageStartingWith("branch_from is uniform but batches is empty");
  }

  @Test
  void noExpertSeesASequenceAgainThatTheSeedHasSeenInTheSameEpoch() {
    TrainingPlanner planner =
        planner(
            settings(10, 0.5, 6, 2), new ExpertSettings(List.of(), 2, ParallelSettings.SERIAL), 4);
    assertThat(planner.seed().samples()).as("7.5 rounds of four domains").isEqualTo(30);
    assertThat(planner.experts()).allMatch(expert -> expert.firstSample() == 8);
    assertThat(planner.denseFromSeed().firstSample()).isEqualTo(30);
    assertThat(planner.denseFromSeed().sampleAt(6)).isEqualTo(38);
  }

  @Test
  void onlyTheGivenDomainsGetAnExpert() {
    TrainingPlanner planner =
        planner(
            settings(10, 0.5, 6, 6),
            new ExpertSettings(List.of("domain3", "domain1"), 0, ParallelSettings.SERIAL),
            4);
    assertThat(planner.experts())
        .extracting(TrainingPlan::checkpoint)
        .containsExactly("expert/domain3", "expert/domain1");
    assertThat(planner.experts()).allMatch(expert -> expert.batch().globalSequences() == 3);
    assertThat(planner.seed().domains()).hasSize(4);
  }

  @Test
  void refusesABatchThatTheExpertsCannotShare() {
    assertThatThrownBy(
            () ->
                planner(
                    settings(10, 0.5, 16, 16),
                    new ExpertSettings(List.of(), 0, ParallelSettings.SERIAL),
                    3))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "training.global_batch_sequences is 16 but must be divisible by the number of experts"
                + " (3), so that they cost what the dense model costs; 18 would work, or set"
                + " experts.global_batch_sequences");
  }

  @Test
  void refusesAnExpertsBatchThatMicroBatchesDoNotFill() {
    assertThatThrownBy(
            () ->
                planner(
                    settings(10, 0.5, 24, 4),
                    new ExpertSettings(List.of(), 0, ParallelSettings.SERIAL),
                    4))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "training.global_batch_sequences (24) / experts (4) is 6 but must be divisible by"
                + " micro_batch_sequences (4); a micro-batch of 3 works");
  }

  @Test
  void refusesAnUnknownDomain() {
    assertThatThrownBy(
            () ->
                planner(
                    settings(10, 0.5, 6, 6),
                    new ExpertSettings(List.of("domian1"), 0, ParallelSettings.SERIAL),
                    2))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "experts.domains names domian1 but must name training domains: domain0, domain1");
    assertThatThrownBy(
            () ->
                planner(
                    settings(10, 0.5, 6, 6),
                    new ExpertSettings(List.of(), 0, ParallelSettings.SERIAL),
                    0))
        .isInstanceOf(ConfigException.class);
  }
}
