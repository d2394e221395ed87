package io.espalier.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.espalier.checkpoint.Checkpoint;
import io.espalier.checkpoint.CheckpointWriter;
import io.espalier.checkpoint.SafetensorsReader;
import io.espalier.config.ConfigException;
import io.espalier.model.LanguageModel;
import io.espalier.model.ParameterSpec;
import io.espalier.model.ParameterState;
import io.espalier.model.RankThreads;
import io.espalier.model.Ranks;
import io.espalier.torch.Precision;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Training by several ranks leads to the checkpoint to which training by one leads. */
final class ParallelTrainerTest {
  /** In float64, relative to one. */
  private static final double BOUND = 1e-9;

  @TempDir private Path folder;
  private TinyRun run = new TinyRun(Path.of(""), Precision.FLOAT64, settings());

  private static TrainingSettings settings() {
    return TinyRun.settings(Precision.FLOAT64, 2, 2e-3);
  }

  @BeforeEach
  void prepare() {
    run = new TinyRun(folder, Precision.FLOAT64, settings());
  }

  @ParameterizedTest
  @CsvSource({
    "2, 1, false, false",
    "2, 1, true, false",
    "1, 2, false, false",
    "2, 2, true, false",
    "1, 2, false, true",
    "2, 2, false, true"
  })
  void manyRanksTrainTheModelThatOneTrains(
      int tensor, int data, boolean sequenceParallel, boolean dividedOptimizer) throws Exception {
    run.train(run.planner().dense());
    RankThreads threads = new RankThreads(tensor, data, sequenceParallel, dividedOptimizer);
    List<TrainingResult> results = threads.run(ranks -> train(threads, ranks, "parallel"));
    assertThat(results).allSatisfy(r -> assertThat(r.hash()).isEqualTo(results.get(0).hash()));
    assertSameModel("parallel", "dense");
    Checkpoint parallel = run.latest("parallel");
    assertThat(TrainingMetrics.of(parallel).stream().mapToDouble(MetricsRow::loss).toArray())
        .containsExactly(
            TrainingMetrics.of(run.latest("dense")).stream()
                .mapToDouble(MetricsRow::loss)
                .toArray(),
            within(BOUND));
    assertThat(TrainingState.of(parallel).cost().tokens())
        .isEqualTo(TrainingState.of(run.latest("dense")).cost().tokens());
  }

  @ParameterizedTest
  @CsvSource({"2, 1, true", "1, 2, false", "2, 2, false"})
  void manyRanksDropWhatOneDrops(int tensor, int data, boolean sequenceParallel) throws Exception {
    run = TinyRun.dropping(folder, Precision.FLOAT64, settings());
    run.train(run.planner().dense());
    RankThreads threads = new RankThreads(tensor, data, sequenceParallel);
    threads.run(ranks -> train(threads, ranks, "parallel"));
    assertSameModel("parallel", "dense");
  }

  @Test
  void aTrainingGoesOnWithAnotherNumberOfRanks() throws Exception {
    run.train(run.planner().dense());
    assertThatThrownBy(() -> run.train(run.planner().dense(), "moving", stopAfter(7)))
        .isInstanceOf(CancellationException.class);
    RankThreads four = new RankThreads(2, 2, false, true);
    four.run(
        ranks -> {
          assertThatThrownBy(() -> train(four, ranks, "moving", stopAfter(12)))
              .isInstanceOf(RuntimeException.class);
          return true;
        });
    assertThat(run.latest("moving").step()).isEqualTo(10);
    RankThreads two = new RankThreads(2, 1, true);
    List<TrainingResult> results = two.run(ranks -> train(two, ranks, "moving"));
    assertThat(results.get(0).resumedAtStep()).isEqualTo(10);
    assertSameModel("moving", "dense");
  }

  @Test
  void ranksThatDivideTheOptimizerWriteTheFilesThatTheyRead() throws Exception {
    run.train(run.planner().dense());
    new RankThreads(2, 2, false, true)
        .run(
            ranks -> {
              try (LanguageModel model = TinyRun.MODEL.build(run.options(), ranks)) {
                ModelFiles.loadWeights(model, run.latest("dense"));
                ModelFiles.loadMoments(model, run.latest("dense"));
                writeAgain(model, ranks);
              }
              return true;
            });
    assertThat(run.tensorHashes("again")).isEqualTo(run.tensorHashes("dense"));
  }

  private void writeAgain(LanguageModel model, Ranks ranks) {
    if (ranks.isLeader()) {
      try (CheckpointWriter writer = run.checkpoints("again").begin(20)) {
        ModelFiles.save(model, writer);
        writer.commit(TinyRun.provenance());
      }
    } else if (ranks.data().rank() == 0) {
      ModelFiles.contribute(model);
    } else {
      ModelFiles.contributeMoments(model);
    }
  }

  /** Each of two ranks reads a copy of its own, of which one is damaged. */
  @Test
  void aCheckpointThatOneRankFindsDamagedIsPassedOverByAll() throws Exception {
    run.train(run.planner().dense());
    for (String copy : List.of("rank0", "rank1")) {
      assertThatThrownBy(() -> run.train(run.planner().dense(), copy, stopAfter(13)))
          .isInstanceOf(CancellationException.class);
    }
    flipLastByte(folder.resolve("checkpoints/rank1/step-00000010").resolve(ModelFiles.MOMENTS));
    RankThreads two = new RankThreads(2, 1, false);
    List<TrainingResult> results =
        two.run(ranks -> train(two, ranks, "rank" + ranks.tensor().rank()));
    assertThat(results).allSatisfy(r -> assertThat(r.resumedAtStep()).isEqualTo(5));
    assertSameModel("rank0", "dense");
  }

  private static void flipLastByte(Path file) throws IOException {
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      bytes.seek(bytes.length() - 1);
      int last = bytes.read();
      bytes.seek(bytes.length() - 1);
      bytes.write(last ^ 1);
    }
  }

  @Test
  void aRankThatDriftsIsNamedWithItsParameterAndStep() throws Exception {
    new RankThreads(2, 1, false)
        .run(
            ranks -> {
              try (LanguageModel model = TinyRun.MODEL.build(run.options(), ranks)) {
                model.initialize(20);
                ConsistencyCheck.check(model, ranks, 5, 40);
                if (ranks.tensor().rank() == 1) {
                  addToFirst(model, "transformer.ln_f.bias", 1e-15);
                }
                assertThatThrownBy(() -> ConsistencyCheck.check(model, ranks, 6, 48))
                    .isInstanceOf(RanksDisagreeException.class)
                    .hasMessageStartingWith(
                        "After update 6 parameter transformer.ln_f.bias of tensor-parallel rank 1"
                            + " is not that of rank 0");
              }
              return true;
            });
  }

  @Test
  void dataParallelRanksThatReadDifferentSamplesAreNamed() throws Exception {
    new RankThreads(1, 2, false)
        .run(
            ranks -> {
              try (LanguageModel model = TinyRun.MODEL.build(run.options(), ranks)) {
                model.initialize(20);
                long sample = 48L + ranks.data().rank();
                assertThatThrownBy(() -> ConsistencyCheck.check(model, ranks, 6, sample))
                    .isInstanceOf(RanksDisagreeException.class)
                    .hasMessageStartingWith(
                        "After update 6 the next sample of data-parallel rank 1");
              }
              return true;
            });
  }

  @Test
  void sizesThatDoNotDivideAreRefusedWithTheirNumbers() {
    assertThatThrownBy(
            () -> GlobalBatch.checkDivisible("training.global_batch_sequences", 30, 4, 2))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "training.global_batch_sequences is 30 but must be divisible by micro_batch_sequences"
                + " (4) × data_parallel_size (2); 32 would work");
    ParallelSettings eight = new ParallelSettings(8, 1, false, false, 60, 0);
    assertThatThrownBy(() -> eight.check(TinyRun.MODEL, new GlobalBatch(4, 2)))
        .hasMessageStartingWith("heads is 2 but must be divisible by tensor_parallel_size (8)");
    assertThatThrownBy(() -> new ParallelSettings(1, 2, true, false, 60, 0))
        .hasMessageStartingWith("sequence_parallel is true but tensor_parallel_size is 1");
    assertThatThrownBy(() -> new ParallelSettings(2, 1, false, true, 60, 0))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "shard_optimizer is true but data_parallel_size is 1, so there is nobody to divide the"
                + " optimizer with; at least 2, or false, would work");
  }

  private TrainingResult train(RankThreads threads, Ranks ranks, String name) {
    return train(threads, ranks, name, TrainingListener.SILENT);
  }

  private TrainingResult train(
      RankThreads threads, Ranks ranks, String name, TrainingListener listener) {
    return run.train(plan(threads), name, ranks, listener);
  }

  private TrainingPlan plan(RankThreads threads) {
    TrainingPlan serial = run.planner().dense();
    return new TrainingPlan(
        serial.checkpoint(),
        serial.parent(),
        serial.domains(),
        serial.seed(),
        serial.firstStep(),
        serial.lastStep(),
        serial.firstSample(),
        new GlobalBatch(4, 2, threads.data()),
        new ParallelSettings(
            threads.tensor(),
            threads.data(),
            threads.sequenceParallel(),
            threads.dividedOptimizer(),
            60,
            3),
        serial.settings());
  }

  private static TrainingListener stopAfter(long step) {
    return new TrainingListener() {
      private volatile boolean stop;

      @Override
      public void updated(long updated, double loss) {
        stop = updated >= step;
      }

      @Override
      public boolean stopRequested() {
        return stop;
      }
    };
  }

  private void assertSameModel(String name, String expected) {
    try (SafetensorsReader actual = run.latest(name).tensors(ModelFiles.WEIGHTS);
        SafetensorsReader wanted = run.latest(expected).tensors(ModelFiles.WEIGHTS)) {
      for (ParameterSpec parameter :
          TinyRun.MODEL.architecture().parameters(TinyRun.VOCABULARY, TinyRun.LENGTH)) {
        if (!parameter.name().endsWith("c_attn.bias")) { // a key's bias: rounding noise
          ByteBuffer a = actual.read(parameter.name()).data().order(ByteOrder.LITTLE_ENDIAN);
          ByteBuffer b = wanted.read(parameter.name()).data().order(ByteOrder.LITTLE_ENDIAN);
          for (int i = 0; i < parameter.elements(); i++) {
            assertThat(a.getDouble(8 * i))
                .as(parameter.name())
                .isEqualTo(b.getDouble(8 * i), within(BOUND));
          }
        }
      }
    }
  }

  private static void addToFirst(LanguageModel model, String name, double difference) {
    ByteBuffer values = model.get(ParameterState.WEIGHTS, name);
    ByteBuffer changed = ByteBuffer.allocate(values.remaining()).order(ByteOrder.LITTLE_ENDIAN);
    changed.put(values).flip();
    changed.putDouble(0, changed.getDouble(0) + difference);
    model.set(ParameterState.WEIGHTS, name, changed);
  }
}
