package io.espalier.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.espalier.checkpoint.Checkpoint;
import io.espalier.checkpoint.CheckpointFolder;
import io.espalier.checkpoint.CheckpointWriter;
import io.espalier.checkpoint.NamedTensor;
import io.espalier.checkpoint.ParentCheckpoint;
import io.espalier.checkpoint.SafetensorsReader;
import io.espalier.config.ConfigException;
import io.espalier.config.FormatException;
import io.espalier.model.AdamWStep;
import io.espalier.model.LanguageModel;
import io.espalier.torch.Precision;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainerTest {
  @TempDir Path folder;
  private TinyRun run = TinyRun.in(Path.of("unset"));

  @BeforeEach
  void setUp() {
    run = TinyRun.in(folder);
  }

  /** Asks to stop once so many updates were made. */
  private static TrainingListener stoppingAfter(long stopAfter) {
    return new TrainingListener() {
      private long made;

      @Override
      public void updated(long step, double loss) {
        made = step;
      }

      @Override
      public boolean stopRequested() {
        return made >= stopAfter;
      }
    };
  }

  /** Keeps what it was told. */
  private static final class Recording implements TrainingListener {
    final List<Long> steps = new ArrayList<>();
    final List<MetricsRow> rows = new ArrayList<>();
    final List<Long> saved = new ArrayList<>();
    long startedAt = -1;

    @Override
    public void started(TrainingPlan plan, long step) {
      startedAt = step;
    }

    @Override
    public void updated(long step, double loss) {
      steps.add(step);
    }

    @Override
    public void metrics(MetricsRow row) {
      rows.add(row);
    }

    @Override
    public void saved(Checkpoint checkpoint) {
      saved.add(checkpoint.step());
    }
  }

  private static float[] tensor(Checkpoint checkpoint, String file, String name) {
    try (SafetensorsReader reader = checkpoint.tensors(file)) {
      ByteBuffer data = reader.read(name).data();
      float[] values = new float[data.remaining() / Float.BYTES];
      data.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
      return values;
    }
  }

  @Test
  void theLossFallsAndIsReportedWithItsRate() {
    Recording seen = new Recording();
    TinyRun faster = run.with(TinyRun.settings(Precision.FLOAT32, 4, 3e-2));
    TrainingPlan plan = faster.planner().dense();
    TrainingResult result = faster.train(plan, "dense", seen);
    assertThat(seen.startedAt).isZero();
    assertThat(seen.steps).hasSize(20).endsWith(20L);
    assertThat(seen.saved).containsExactly(5L, 10L, 15L, 20L);
    assertThat(seen.rows).extracting(MetricsRow::step).containsExactly(4L, 8L, 12L, 16L, 20L);
    assertThat(seen.rows.get(0).loss()).isBetween(3.5, 4.5);
    assertThat(result.loss()).isLessThan(seen.rows.get(0).loss() - 0.5);
    assertThat(seen.rows.get(2).learningRate()).isEqualTo(plan.learningRate(11));
    assertThat(seen.rows.get(2).tokens()).isEqualTo(12 * 4 * 12);
    assertThat(seen.rows).allMatch(r -> r.gradientNorm() > 0 && r.tokensPerSecond() > 0);
    assertThat(TrainingMetrics.of(faster.latest("dense"))).isEqualTo(seen.rows);
  }

  @Test
  void whatItCostIsCounted() {
    TrainingPlan plan = run.planner().dense();
    TrainingResult result = run.train(plan);
    TrainingCost cost = result.cost();
    assertThat(cost.samples()).isEqualTo(80);
    assertThat(cost.tokens()).isEqualTo(plan.tokens(12)).isEqualTo(result.tokens());
    assertThat(cost.flops())
        .isEqualTo(cost.tokens() * TinyRun.MODEL.trainingFlopsPerToken(false), within(1.0));
    assertThat(cost.computeSeconds()).isPositive().isLessThan(cost.wallSeconds());
    assertThat(cost.cpuSeconds()).isPositive();
    assertThat(cost.deviceSeconds()).as("one thread").isEqualTo(cost.wallSeconds(), within(0.01));
    assertThat(result.hash()).isEqualTo(run.latest("dense").hash());
  }

  @Test
  void aRunThatWasStoppedGoesOnToTheSameBits() {
    TrainingPlan plan = run.planner().dense();
    run.train(plan, "undisturbed", TrainingListener.SILENT);
    assertThatThrownBy(() -> run.train(plan, "stopped", stoppingAfter(13)))
        .isInstanceOf(CancellationException.class)
        .hasMessage(
            "dense was stopped after update 13 of 20; the next start goes on from its last"
                + " checkpoint");
    Recording seen = new Recording();
    TrainingResult result = run.train(plan, "stopped", seen);
    assertThat(seen.startedAt).isEqualTo(10);
    assertThat(result.resumedAtStep()).isEqualTo(10);
    assertThat(run.tensorHashes("stopped")).isEqualTo(run.tensorHashes("undisturbed"));
    assertThat(TrainingMetrics.of(run.latest("stopped")))
        .usingRecursiveComparison()
        .ignoringFields("tokensPerSecond", "deviceSeconds")
        .isEqualTo(TrainingMetrics.of(run.latest("undisturbed")));
    assertThat(result.cost().tokens()).isEqualTo(plan.tokens(12));
  }

  /** No state of a generator is saved, and none is needed. */
  @Test
  void withDropoutTooARunThatWasStoppedGoesOnToTheSameBits() {
    run = TinyRun.dropping(folder, Precision.FLOAT32, run.settings());
    TrainingPlanner planner = run.planner();
    run.train(planner.dense(), "undisturbed", TrainingListener.SILENT);
    assertThatThrownBy(() -> run.train(planner.dense(), "stopped", stoppingAfter(13)))
        .isInstanceOf(CancellationException.class);
    assertThat(run.train(planner.dense(), "stopped", TrainingListener.SILENT).resumedAtStep())
        .isEqualTo(10);
    assertThat(run.tensorHashes("stopped")).isEqualTo(run.tensorHashes("undisturbed"));
    run.train(planner.seed());
    run.train(planner.denseFromSeed(), "branch", TrainingListener.SILENT);
    assertThat(run.tensorHashes("branch")).isEqualTo(run.tensorHashes("undisturbed"));
  }

  @Test
  void withDropoutTheModelIsAnotherOneAndItsCheckpointIsNotGoneOnWithWithout() {
    TinyRun dropping = TinyRun.dropping(folder, Precision.FLOAT32, run.settings());
    run.train(run.planner().dense(), "plain", TrainingListener.SILENT);
    dropping.train(dropping.planner().dense(), "dropping", TrainingListener.SILENT);
    assertThat(run.tensorHashes("dropping")).isNotEqualTo(run.tensorHashes("plain"));
    assertThatThrownBy(() -> run.train(run.planner().dense(), "dropping", TrainingListener.SILENT))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("\"residual_dropout\":0.2");
  }

  private static TrainingListener interruptingAfter(long interruptAfter) {
    return new TrainingListener() {
      @Override
      public void updated(long step, double loss) {
        if (step == interruptAfter) {
          Thread.currentThread().interrupt();
        }
      }
    };
  }

  @Test
  void anInterruptedThreadStopsAndStaysInterrupted() {
    assertThatThrownBy(() -> run.train(run.planner().dense(), "dense", interruptingAfter(7)))
        .isInstanceOf(CancellationException.class);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(run.latest("dense").step()).isEqualTo(5);
  }

  @Test
  void anInterruptDuringACheckpointLeavesTheOneBefore() {
    assertThatThrownBy(() -> run.train(run.planner().dense(), "dense", interruptingAfter(10)))
        .isInstanceOf(CancellationException.class)
        .hasMessageStartingWith("dense was stopped after update 10 of 20");
    assertThat(Thread.interrupted()).isTrue();
    assertThat(run.latest("dense").step()).isEqualTo(5);
    assertThat(run.train(run.planner().dense()).resumedAtStep()).isEqualTo(5);
  }

  @Test
  void aCompleteRunIsNotTrainedAgain() {
    TrainingPlan plan = run.planner().seed();
    TrainingResult first = run.train(plan);
    Recording seen = new Recording();
    TrainingResult second = run.train(plan, "seed", seen);
    assertThat(seen.steps).isEmpty();
    assertThat(seen.saved).isEmpty();
    assertThat(second).usingRecursiveComparison().ignoringFields("resumedAtStep").isEqualTo(first);
    assertThat(second.resumedAtStep()).isEqualTo(10);
  }

  @Test
  void aDamagedCheckpointIsPassedOverAndItsUpdatesMadeAgain() throws IOException {
    TrainingPlan plan = run.planner().dense();
    run.train(plan, "undisturbed", TrainingListener.SILENT);
    run.train(plan, "damaged", TrainingListener.SILENT);
    Path file = folder.resolve("checkpoints/damaged/step-00000020").resolve(ModelFiles.MOMENTS);
    try (RandomAccessFile moments = new RandomAccessFile(file.toFile(), "rw")) {
      moments.seek(moments.length() - 100);
      int before = moments.read();
      moments.seek(moments.length() - 100);
      moments.write(before ^ 1);
    }
    Recording seen = new Recording();
    run.train(plan, "damaged", seen);
    assertThat(seen.startedAt).isEqualTo(15);
    assertThat(run.tensorHashes("damaged")).isEqualTo(run.tensorHashes("undisturbed"));
  }

  @Test
  void theDenseModelAsABranchOfTheSeedIsTheOneFromScratch() {
    TrainingPlanner planner = run.planner();
    run.train(planner.seed());
    run.train(planner.dense(), "scratch", TrainingListener.SILENT);
    TrainingResult branch = run.train(planner.denseFromSeed(), "branch", TrainingListener.SILENT);
    assertThat(run.tensorHashes("branch")).isEqualTo(run.tensorHashes("scratch"));
    assertThat(branch.tokens()).isEqualTo(planner.dense().tokens(12));
    assertThat(branch.cost().tokens()).isEqualTo(planner.denseFromSeed().tokens(12));
  }

  @Test
  void anExpertGoesOnFromTheSeedAndNamesIt() {
    TrainingPlanner planner = run.planner();
    run.train(planner.seed());
    TrainingPlan expert = planner.experts().get(1);
    Recording seen = new Recording();
    TrainingResult result = run.train(expert, "expert/odd", seen);
    assertThat(seen.startedAt).isEqualTo(10);
    assertThat(result.step()).isEqualTo(20);
    assertThat(result.tokens()).isEqualTo(10 * 4 * 12 + 10 * 2 * 12);
    assertThat(result.cost().tokens()).isEqualTo(10 * 2 * 12);
    assertThat(seen.rows).extracting(MetricsRow::step).containsExactly(12L, 16L, 20L);
    assertThat(run.latest("expert/odd").manifest().provenance().parents())
        .containsExactly(new ParentCheckpoint("seed", 10, run.latest("seed").hash(), 1));
    assertThat(run.latest("expert/odd").bytes("config.json")).hasSize(2);
  }

  @Test
  void aParentWithoutMomentsIsGoneOnWithFreshOnes() {
    TrainingPlanner planner = run.planner();
    run.train(planner.seed());
    Checkpoint seed = run.latest("seed");
    CheckpointFolder merged = run.checkpoints("merged");
    copyWeights(seed, merged, (name, values) -> values);
    TrainingPlan expert = planner.experts().get(0);
    TrainingCheckpoints checkpoints =
        TrainingCheckpoints.branch(
            run.checkpoints("expert/even"),
            merged.latest().orElseThrow(),
            TinyRun.provenance(),
            Map.of());
    TrainingResult result =
        Trainer.train(
            expert,
            TinyRun.MODEL,
            run.options(),
            run.shards(expert),
            checkpoints,
            TrainingListener.SILENT);
    assertThat(result.step()).isEqualTo(20);
    assertThat(TrainingState.of(run.latest("expert/even")).optimizerUpdates()).isEqualTo(10);
  }

  private interface Change {
    float[] apply(String tensor, float[] values);
  }

  private static void copyWeights(Checkpoint from, CheckpointFolder to, Change change) {
    try (SafetensorsReader reader = from.tensors(ModelFiles.WEIGHTS);
        CheckpointWriter writer = to.begin(from.step())) {
      List<NamedTensor> tensors = new ArrayList<>();
      for (var stored : reader.tensors()) {
        String name = stored.spec().name();
        float[] values = change.apply(name, tensor(from, ModelFiles.WEIGHTS, name));
        ByteBuffer data =
            ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        data.asFloatBuffer().put(values);
        tensors.add(new NamedTensor(name, stored.spec().type(), stored.spec().shape(), data));
      }
      writer.tensors(ModelFiles.WEIGHTS, tensors);
      writer.commit(TinyRun.provenance());
    }
  }

  @Test
  void aPoisonedWeightStopsTheExpertInOneSentence() {
    TrainingPlanner planner = run.planner();
    run.train(planner.seed());
    CheckpointFolder poisoned = run.checkpoints("poisoned");
    copyWeights(
        run.latest("seed"),
        poisoned,
        (name, values) -> {
          if (name.endsWith("h.1.mlp.c_fc.weight")) {
            values[7] = Float.NaN;
          }
          return values;
        });
    TrainingPlan expert = planner.experts().get(0);
    TrainingCheckpoints checkpoints =
        TrainingCheckpoints.branch(
            run.checkpoints("expert/even"),
            poisoned.latest().orElseThrow(),
            TinyRun.provenance(),
            Map.of());
    assertThatThrownBy(
            () ->
                Trainer.train(
                    expert,
                    TinyRun.MODEL,
                    run.options(),
                    run.shards(expert),
                    checkpoints,
                    TrainingListener.SILENT))
        .isInstanceOf(TrainingDivergedException.class)
        .hasMessage(
            "expert/even diverged: its loss is NaN at step 11 with learning rate %s; no checkpoint"
                    .formatted(expert.learningRate(10))
                + " of it was written yet; a lower training.schedule.peak_learning_rate, more"
                + " warm-up, a smaller training.optimizer.gradient_clip_norm or a"
                + " training.stability.spike_factor may help");
    assertThat(run.checkpoints("expert/even").all()).isEmpty();
  }

  @Test
  void anAbsurdLearningRateStopsAndTheLastGoodCheckpointStays() {
    TrainingSettings absurd =
        new TrainingSettings(
            Precision.FLOAT32,
            1000,
            0.5,
            4,
            4,
            false,
            ParallelSettings.SERIAL,
            new OptimizerSettings(0.9, 0.95, 1e-8, 0.1, 0),
            new PolynomialSchedule(1e38, 0.9, 30, 0),
            StabilitySettings.OFF,
            1,
            3,
            4,
            "cpu");
    TinyRun diverging = run.with(absurd);
    assertThatThrownBy(() -> diverging.train(diverging.planner().dense()))
        .isInstanceOfSatisfying(
            TrainingDivergedException.class,
            diverged -> {
              Checkpoint last = diverging.latest("dense");
              assertThat(diverged.step()).isEqualTo(last.step() + 1);
              assertThat(diverged.learningRate())
                  .isEqualTo(diverging.planner().dense().learningRate(last.step()));
              assertThat(diverged)
                  .hasMessageContaining("its last good checkpoint stays at " + last.location());
              last.audit();
              for (float weight : tensor(last, ModelFiles.WEIGHTS, "transformer.wte.weight")) {
                assertThat(weight).isFinite();
              }
            });
  }

  @Test
  void microBatchesAreTheGlobalBatchInParts() {
    TinyRun whole = run.with(TinyRun.settings(Precision.FLOAT64, 4, 2e-3));
    TinyRun parts = run.with(TinyRun.settings(Precision.FLOAT64, 1, 2e-3));
    whole.train(whole.planner().dense(), "whole", TrainingListener.SILENT);
    parts.train(parts.planner().dense(), "parts", TrainingListener.SILENT);
    List<MetricsRow> wholeRows = TrainingMetrics.of(whole.latest("whole"));
    List<MetricsRow> partsRows = TrainingMetrics.of(parts.latest("parts"));
    for (int i = 0; i < wholeRows.size(); i++) {
      assertThat(partsRows.get(i).loss()).isEqualTo(wholeRows.get(i).loss(), within(1e-10));
      assertThat(partsRows.get(i).gradientNorm())
          .isEqualTo(wholeRows.get(i).gradientNorm(), within(1e-10));
    }
  }

  @Test
  void lossAndGradientAreMeansOverTheTargetsOfTheGlobalBatch() {
    SampleOrder order = new SampleOrder(20, TinyRun.DOMAINS);
    long shortWindow =
        LongStream.range(0, 1000)
            .filter(n -> order.domain(n) == 1 && order.sequence(n) == 22)
            .findFirst()
            .orElseThrow();
    TinyRun precise = run.with(TinyRun.settings(Precision.FLOAT64, 2, 2e-3));
    TrainingPlan plan =
        new TrainingPlan(
            "dense",
            "",
            TinyRun.DOMAINS,
            20,
            0,
            4,
            shortWindow,
            new GlobalBatch(4, 2),
            ParallelSettings.SERIAL,
            precise.settings());
    double[] firstLoss = {Double.NaN};
    precise.train(
        plan,
        "dense",
        new TrainingListener() {
          @Override
          public void updated(long step, double loss) {
            firstLoss[0] = step == 1 ? loss : firstLoss[0];
          }
        });
    SampleReader samples = new SampleReader(plan, TinyRun.MODEL, precise.shards(plan));
    assertThat(samples.targets(shortWindow)).isEqualTo(3 * 12 + 4);
    try (LanguageModel model = TinyRun.MODEL.build(precise.options())) {
      model.initialize(20);
      double sum = model.addGradients(samples.microBatch(shortWindow), 1.0 / 40);
      sum += model.addGradients(samples.microBatch(shortWindow + 2), 1.0 / 40);
      assertThat(firstLoss[0]).isEqualTo(sum / 40, within(1e-12));
      double norm = model.update(new AdamWStep(0.9, 0.95, 1e-8, 0.1, 1, plan.learningRate(0), 1));
      assertThat(norm).isPositive();
      precise.train(firstUpdate(plan), "first", TrainingListener.SILENT);
      assertThat(TrainingMetrics.of(precise.latest("first")).get(0).gradientNorm())
          .isEqualTo(norm, within(1e-12));
      assertThat(bytes(precise.latest("first"), "transformer.wte.weight"))
          .isEqualTo(model.weights("transformer.wte.weight"));
    }
  }

  private static TrainingPlan firstUpdate(TrainingPlan plan) {
    return new TrainingPlan(
        plan.checkpoint(),
        "",
        plan.domains(),
        plan.seed(),
        0,
        1,
        plan.firstSample(),
        plan.batch(),
        plan.parallel(),
        plan.settings());
  }

  private static ByteBuffer bytes(Checkpoint checkpoint, String name) {
    try (SafetensorsReader reader = checkpoint.tensors(ModelFiles.WEIGHTS)) {
      return reader.read(name).data();
    }
  }

  @Test
  void aSeedWithoutUpdatesIsTheInitialisation() {
    TrainingSettings noSeed =
        new TrainingSettings(
            Precision.FLOAT32,
            20,
            0,
            4,
            4,
            false,
            ParallelSettings.SERIAL,
            run.settings().optimizer(),
            run.settings().schedule(),
            StabilitySettings.OFF,
            5,
            2,
            4,
            "cpu");
    TinyRun unseeded = run.with(noSeed);
    TrainingResult seed = unseeded.train(unseeded.planner().seed());
    assertThat(seed.step()).isZero();
    assertThat(seed.loss()).isNaN();
    unseeded.train(unseeded.planner().dense(), "scratch", TrainingListener.SILENT);
    unseeded.train(unseeded.planner().denseFromSeed(), "branch", TrainingListener.SILENT);
    assertThat(unseeded.tensorHashes("branch")).isEqualTo(unseeded.tensorHashes("scratch"));
  }

  @Test
  void aCheckpointOfAnotherPlanIsNotGoneOnWith() {
    run.train(run.planner().seed());
    TinyRun changed = run.with(TinyRun.settings(Precision.FLOAT32, 4, 1e-3));
    assertThatThrownBy(() -> changed.train(changed.planner().seed()))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith(folder.resolve("checkpoints/seed").toString())
        .hasMessageContaining(" was trained with schedule {\"type\":\"cosine\"")
        .hasMessageEndingWith("or removing this checkpoint, would work");
    TinyRun otherMicroBatch = run.with(TinyRun.settings(Precision.FLOAT32, 2, 2e-3));
    assertThat(otherMicroBatch.train(otherMicroBatch.planner().seed()).resumedAtStep())
        .isEqualTo(10);
  }

  @Test
  void aShardThatIsNotWhatWasPlannedIsRefused() {
    TrainingPlan plan = run.planner().dense();
    List<LocalShard> swapped = List.of(run.shard("odd"), run.shard("even"));
    TrainingCheckpoints checkpoints =
        TrainingCheckpoints.fromScratch(run.checkpoints("dense"), TinyRun.provenance(), Map.of());
    assertThatThrownBy(
            () ->
                Trainer.train(
                    plan,
                    TinyRun.MODEL,
                    run.options(),
                    swapped,
                    checkpoints,
                    TrainingListener.SILENT))
        .isInstanceOf(FormatException.class)
        .hasMessage(
            "%s has 23 sequences but dense was planned with 40 of even"
                .formatted(run.shard("odd")));
  }

  @Test
  void aParentThatStoppedElsewhereIsRefused() {
    TrainingPlanner planner = run.planner();
    run.train(planner.dense(), "seed", TrainingListener.SILENT);
    assertThatThrownBy(() -> run.train(planner.experts().get(0)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("expert/even goes on after update 10 but ")
        .hasMessageEndingWith("step-00000020 has made 20");
  }
}
