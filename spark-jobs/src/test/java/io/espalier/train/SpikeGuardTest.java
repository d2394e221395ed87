package io.espalier.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.espalier.checkpoint.CheckpointFolder;
import io.espalier.checkpoint.FileEntry;
import io.espalier.config.ConfigException;
import io.espalier.model.Gpt2;
import io.espalier.model.ModelOptions;
import io.espalier.model.RankThreads;
import io.espalier.model.Ranks;
import io.espalier.torch.Precision;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A batch of garbage is passed over: sequences of the shard that come up in one update count
 * backwards in random steps, where all others count upwards by two.
 */
final class SpikeGuardTest {
  private static final int VOCABULARY = 61;
  private static final int LENGTH = 12;
  private static final int BATCH = 4;
  private static final long STEPS = 160;
  private static final long POISONED_STEP = 112;
  private static final DomainSequences DOMAIN = new DomainSequences("counting", 4000);
  private static final ModelSpec MODEL = new ModelSpec(new Gpt2(2, 16, 2), VOCABULARY, LENGTH);
  private static final StabilitySettings GUARD = new StabilitySettings(3, 20, 0, 1, 3);

  @TempDir private Path folder;

  private static TrainingSettings settings(StabilitySettings stability) {
    return new TrainingSettings(
        Precision.FLOAT32,
        STEPS,
        0,
        BATCH,
        BATCH,
        false,
        ParallelSettings.SERIAL,
        new OptimizerSettings(0.9, 0.95, 1e-8, 0.1, 0),
        new ConstantSchedule(2e-2, 0.1),
        stability,
        20,
        2,
        20,
        "cpu");
  }

  private static TrainingPlan plan(StabilitySettings stability) {
    return plan(stability, ParallelSettings.SERIAL);
  }

  private static TrainingPlan plan(StabilitySettings stability, ParallelSettings parallel) {
    return new TrainingPlan(
        "dense",
        "",
        List.of(DOMAIN),
        20,
        0,
        STEPS,
        0,
        new GlobalBatch(BATCH, BATCH / parallel.dataParallelSize(), parallel.dataParallelSize()),
        parallel,
        settings(stability));
  }

  /** The sequences of the updates from a step on. */
  private static Set<Long> sequencesAt(long step, int steps) {
    SampleOrder order = new SampleOrder(20, List.of(DOMAIN));
    Set<Long> sequences = new HashSet<>();
    for (long n = step * BATCH; n < (step + steps) * BATCH; n++) {
      sequences.add(order.sequence(n));
    }
    return sequences;
  }

  private LocalShard shard(String name, Set<Long> garbage) {
    try {
      return LocalShard.openOrWrite(
          folder.resolve("shards"),
          new ShardKey(name, 0, "counting", "train"),
          TokenType.of(VOCABULARY),
          sink -> write(sink, garbage));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static void write(SequenceStream.Sink sink, Set<Long> garbage) throws IOException {
    Random random = new Random(3);
    for (long i = 0; i < DOMAIN.sequences(); i++) {
      ByteBuffer tokens = ByteBuffer.allocate(2 * (LENGTH + 1)).order(ByteOrder.LITTLE_ENDIAN);
      int start = random.nextInt(VOCABULARY);
      for (int t = 0; t <= LENGTH; t++) {
        int token = garbage.contains(i) ? random.nextInt(VOCABULARY) : start + 2 * t;
        tokens.putShort((short) (token % VOCABULARY));
      }
      sink.accept(tokens.array(), LENGTH + 1);
    }
  }

  private CheckpointFolder checkpoints(String name) {
    return CheckpointFolder.local(folder.resolve("checkpoints").resolve(name));
  }

  private TrainingResult train(
      TrainingPlan plan, String name, LocalShard shard, Ranks ranks, TrainingListener listener) {
    return Trainer.train(
        plan,
        MODEL,
        new ModelOptions(Precision.FLOAT32, false, "cpu", 1),
        ranks,
        List.of(shard),
        TrainingCheckpoints.fromScratch(checkpoints(name), TinyRun.provenance(), Map.of()),
        listener);
  }

  private TrainingResult train(TrainingPlan plan, String name, LocalShard shard) {
    return train(plan, name, shard, Ranks.serial(), TrainingListener.SILENT);
  }

  private TrainingState state(String name) {
    return TrainingState.of(checkpoints(name).latest().orElseThrow());
  }

  private String weights(String name) {
    FileEntry file =
        checkpoints(name).latest().orElseThrow().manifest().files().get(ModelFiles.WEIGHTS);
    return Objects.requireNonNull(file).sha256();
  }

  private LocalShard clean() {
    return shard("clean", Set.of());
  }

  private LocalShard poisoned() {
    return shard("poisoned", sequencesAt(POISONED_STEP, 1));
  }

  @Test
  void aPoisonedBatchIsPassedOverAndTheRunEndsAsACleanOne() {
    TrainingResult clean = train(plan(StabilitySettings.OFF), "clean", clean());
    TrainingResult guarded = train(plan(GUARD), "guarded", poisoned());

    List<Rewind> rewinds = state("guarded").stability().rewinds();
    assertThat(rewinds).hasSize(1);
    assertThat(rewinds.get(0).spikeStep()).isEqualTo(POISONED_STEP + 1);
    assertThat(rewinds.get(0).step()).isEqualTo(100);
    assertThat(rewinds.get(0).skippedSamples()).isEqualTo((POISONED_STEP + 1 - 100) * BATCH);
    assertThat(rewinds.get(0).value()).isGreaterThan(3 * rewinds.get(0).median());
    TrainingResult unguarded = train(plan(StabilitySettings.OFF), "unguarded", poisoned());
    assertThat(guarded.loss()).isEqualTo(clean.loss(), within(5e-4));
    assertThat(unguarded.loss())
        .as("else there was nothing to guard against")
        .isGreaterThan(clean.loss() + 5e-3);
  }

  @Test
  void whatWasUndoneIsPaidForAndTheUpdatesAreAsManyAsPlanned() {
    TrainingResult guarded = train(plan(GUARD), "guarded", poisoned());
    long undone = POISONED_STEP + 1 - 100;
    assertThat(guarded.step()).isEqualTo(STEPS);
    assertThat(guarded.tokens()).isEqualTo(STEPS * BATCH * LENGTH);
    assertThat(guarded.cost().samples()).isEqualTo((STEPS + undone) * BATCH);
    assertThat(guarded.cost().tokens()).isEqualTo((STEPS + undone) * BATCH * LENGTH);
    assertThat(state("guarded").nextSample()).isEqualTo((STEPS + undone) * BATCH);
    assertThat(TrainingMetrics.of(checkpoints("guarded").latest().orElseThrow()))
        .extracting(MetricsRow::step)
        .containsExactly(20L, 40L, 60L, 80L, 100L, 120L, 140L, 160L);
  }

  @Test
  void aRunThatWasKilledAfterItWentBackComesToTheSameBits() {
    train(plan(GUARD), "undisturbed", poisoned());
    Went went = new Went(3);
    assertThatThrownBy(() -> train(plan(GUARD), "killed", poisoned(), Ranks.serial(), went))
        .isInstanceOf(CancellationException.class);
    assertThat(went.rewinds).hasSize(1);
    assertThat(state("killed").step()).isEqualTo(100);
    train(plan(GUARD), "killed", poisoned());
    assertThat(weights("killed")).isEqualTo(weights("undisturbed"));
    assertThat(state("killed").stability()).isEqualTo(state("undisturbed").stability());
    assertThat(state("killed").cost().samples()).isEqualTo(state("undisturbed").cost().samples());
  }

  @Test
  void aRunThatWasKilledAfterTheNextCheckpointComesToTheSameBits() {
    train(plan(GUARD), "undisturbed", poisoned());
    Went went = new Went(25);
    assertThatThrownBy(() -> train(plan(GUARD), "killed", poisoned(), Ranks.serial(), went))
        .isInstanceOf(CancellationException.class);
    assertThat(state("killed").step()).isEqualTo(120);
    assertThat(state("killed").stability().rewinds()).hasSize(1);
    train(plan(GUARD), "killed", poisoned());
    assertThat(weights("killed")).isEqualTo(weights("undisturbed"));
    assertThat(state("killed").stability()).isEqualTo(state("undisturbed").stability());
  }

  /** Stops some updates after the run went back. */
  private static final class Went implements TrainingListener {
    private final int updatesAfter;
    private final List<Rewind> rewinds = new ArrayList<>();
    private int after;

    Went(int updatesAfter) {
      this.updatesAfter = updatesAfter;
    }

    @Override
    public void rewound(Rewind rewind) {
      rewinds.add(rewind);
    }

    @Override
    public void updated(long step, double loss) {
      after += rewinds.isEmpty() ? 0 : 1;
    }

    @Override
    public boolean stopRequested() {
      return after >= updatesAfter;
    }
  }

  @Test
  void ranksDecideTheSameAsOneAlone() throws Exception {
    train(plan(GUARD), "serial", poisoned());
    ParallelSettings two = new ParallelSettings(2, 1, false, false, 20, 10);
    RankThreads threads = new RankThreads(2, 1, false);
    LocalShard shard = poisoned();
    threads.run(
        ranks -> train(plan(GUARD, two), "parallel", shard, ranks, TrainingListener.SILENT));
    List<Rewind> serial = state("serial").stability().rewinds();
    List<Rewind> parallel = state("parallel").stability().rewinds();
    assertThat(parallel).hasSameSizeAs(serial);
    assertThat(parallel.get(0).spikeStep()).isEqualTo(serial.get(0).spikeStep());
    assertThat(parallel.get(0).skippedSamples()).isEqualTo(serial.get(0).skippedSamples());
  }

  @Test
  void aRunThatNeverMeetsASpikeHasTheBitsOfAnUnguardedOne() {
    train(plan(StabilitySettings.OFF), "unguarded", clean());
    train(plan(GUARD), "guarded", clean());
    assertThat(weights("guarded")).isEqualTo(weights("unguarded"));
    assertThat(
            checkpoints("unguarded")
                .latest()
                .orElseThrow()
                .json(TrainingState.FILE)
                .has("stability"))
        .as("files as without the section")
        .isFalse();
  }

  @Test
  void theRateFallsWhereThatIsWantedAndMoreBatchesArePassedOver() {
    train(plan(new StabilitySettings(3, 20, 5, 0.5, 3)), "slower", poisoned());
    StabilityState stability = state("slower").stability();
    assertThat(stability.learningRateFactor()).isEqualTo(0.5);
    assertThat(stability.skippedSamples()).isEqualTo((POISONED_STEP + 1 - 100 + 5) * BATCH);
    List<MetricsRow> rows = TrainingMetrics.of(checkpoints("slower").latest().orElseThrow());
    assertThat(rows.get(4).learningRate()).isEqualTo(2e-2);
    assertThat(rows.get(5).learningRate()).isEqualTo(1e-2);
  }

  @Test
  void whatFollowsInheritsThePlaceAndTheRate() {
    StabilityState seed = new StabilityState(List.of(1.0), List.of(2.0), 50, 0.5, List.of());
    assertThat(seed.inherited(8, 8).skippedSamples()).as("the dense model").isEqualTo(50);
    assertThat(seed.inherited(1, 8).skippedSamples()).as("seven rounds of eight").isEqualTo(7);
    assertThat(seed.inherited(1, 8).learningRateFactor()).isEqualTo(0.5);
    assertThat(seed.inherited(1, 8).losses()).isEmpty();
  }

  @Test
  void whoGoesBackTooOftenStopsWithASentence() {
    LocalShard hopeless = shard("hopeless", sequencesAt(POISONED_STEP, 100));
    assertThatThrownBy(() -> train(plan(GUARD), "hopeless", hopeless))
        .isInstanceOf(TrainingDivergedException.class)
        .hasMessageContaining("after a median of")
        .hasMessageContaining(
            "it has gone back 3 times, as often as training.stability.maximum_rewinds allows")
        .hasMessageContaining("step-00000100");
  }

  @Test
  void whatIsNotFiniteIsASpikeFromTheFirstUpdateOn() {
    SpikeGuard guard = new SpikeGuard(GUARD, BATCH, StabilityState.NONE);
    assertThat(guard.judge(1, 5, 1e9)).isEmpty();
    assertThat(guard.judge(2, Double.NaN, 1).orElseThrow()).hasToString("its loss is NaN");
    assertThat(guard.judge(3, 5, Double.POSITIVE_INFINITY)).isPresent();
  }

  @Test
  void impossibleValuesAreRefused() {
    assertThatThrownBy(() -> new StabilitySettings(0.5, 50, 0, 1, 3))
        .isInstanceOf(ConfigException.class)
        .hasMessage("spike_factor is 0.5 but must be above 1, or 0 for no guard; 3 would work");
    assertThatThrownBy(() -> new StabilitySettings(3, 50, 0, 0, 3))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("learning_rate_factor is 0.0 but must be above 0");
  }
}
