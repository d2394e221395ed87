package io.espalier.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.torch.Precision;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The formulas against the bytes of a real update: what is held, what is sent. */
class RankCostTest {
  private static final double TOLERANCE = 0.10;

  /** Layers, hidden size, heads, vocabulary, tokens of a sequence, sequences of a micro-batch. */
  private record Size(
      int layers, int hidden, int heads, int vocabulary, int length, int sequences) {
    Gpt2 model() {
      return new Gpt2(layers, hidden, heads);
    }

    Gpt2 dropping() {
      return new Gpt2(layers, hidden, heads, 0.1, 0.1, 0, false);
    }
  }

  private static final List<Size> SIZES =
      List.of(
          new Size(2, 64, 4, 1000, 32, 4),
          new Size(4, 128, 4, 4096, 128, 4),
          new Size(1, 256, 8, 300, 64, 2),
          new Size(6, 32, 2, 20_000, 64, 6));

  private record Measured(long parameterBytes, long activationBytes, long tensor, long data) {}

  static Stream<Arguments> loads() {
    List<Arguments> all = new ArrayList<>();
    for (Size size : SIZES) {
      // Precisions differ in what the formulas multiply: float64 and bfloat16 once are enough.
      List<Precision> precisions =
          size.equals(SIZES.get(0)) ? List.of(Precision.values()) : List.of(Precision.FLOAT32);
      for (Precision precision : precisions) {
        for (boolean recompute : new boolean[] {false, true}) {
          all.add(arguments(size, precision, recompute, 1, 1, false, false));
          all.add(arguments(size, precision, recompute, 2, 1, false, false));
          all.add(arguments(size, precision, recompute, 2, 1, true, false));
        }
      }
      all.add(arguments(size, Precision.FLOAT32, false, 1, 2, false, false));
      all.add(arguments(size, Precision.FLOAT32, true, 2, 2, true, false));
      all.add(arguments(size, Precision.FLOAT32, false, 1, 2, false, true));
      all.add(arguments(size, Precision.BFLOAT16, true, 2, 2, true, true));
    }
    return all.stream();
  }

  private static Arguments arguments(
      Size size,
      Precision precision,
      boolean recompute,
      int tensor,
      int data,
      boolean sequence,
      boolean shard) {
    return Arguments.of(
        size,
        new RankLoad(precision, recompute, tensor, data, sequence, shard, size.sequences(), 2));
  }

  @ParameterizedTest
  @MethodSource("loads")
  void theFormulasAreWhatAnUpdateHoldsAndSends(Size size, RankLoad load) throws Exception {
    assertTheSame(size.model(), size, load);
  }

  @Test
  void dropoutKeepsNothingBetweenSegments() throws Exception {
    for (Size size : SIZES) {
      assertTheSame(
          size.dropping(),
          size,
          new RankLoad(Precision.FLOAT32, false, 2, 1, true, false, size.sequences(), 2));
    }
  }

  private static void assertTheSame(Gpt2 model, Size size, RankLoad load) throws Exception {
    RankCost cost = model.rankCost(size.vocabulary(), size.length(), load);
    for (Measured rank : measured(model, size, load)) {
      assertNear("parameters", cost.parameterBytes(), rank.parameterBytes());
      assertNear("activations", cost.activationBytes(), rank.activationBytes());
      assertNear("sent to tensor ranks", cost.tensorBytesSent(), rank.tensor());
      assertNear("sent to data ranks", cost.dataBytesSent(), rank.data());
    }
  }

  @Test
  void whatParallelismIsForItDoes() {
    Gpt2 model = new Gpt2(12, 768, 12);
    RankCost alone = cost(model, false, 1, false);
    RankCost four = cost(model, false, 4, false);
    RankCost divided = cost(model, false, 4, true);
    assertThat(four.momentBytes()).isLessThan(alone.momentBytes() * 3 / 10);
    assertThat(divided.activationBytes()).isLessThan(four.activationBytes() * 6 / 10);
    assertThat(cost(model, true, 1, false).activationBytes())
        .isLessThan(alone.activationBytes() / 3);
    assertThat(alone.bytesSent()).isZero();
  }

  private static RankCost cost(Gpt2 model, boolean recompute, int tensor, boolean sequence) {
    return model.rankCost(
        8192, 256, new RankLoad(Precision.FLOAT32, recompute, tensor, 1, sequence, false, 8, 1));
  }

  private static void assertNear(String what, long formula, long measured) {
    assertThat((double) formula)
        .as("%s: %,d by formula, %,d measured", what, formula, measured)
        .isBetween((1 - TOLERANCE) * measured, (1 + TOLERANCE) * measured);
  }

  private static List<Measured> measured(Gpt2 model, Size size, RankLoad load) throws Exception {
    RankThreads threads =
        new RankThreads(
            load.tensorRanks(), load.dataRanks(), load.sequenceParallel(), load.shardOptimizer());
    return threads.run(ranks -> measured(model, size, load, ranks));
  }

  private static Measured measured(Gpt2 gpt2, Size size, RankLoad load, Ranks ranks) {
    ModelOptions options = new ModelOptions(load.precision(), load.recompute(), "cpu", 1);
    try (Gpt2Model model = new Gpt2Model(gpt2, size.vocabulary(), size.length(), options, ranks)) {
      model.initialize(1);
      model.scope().measurePeak();
      for (int i = 0; i < load.microBatches(); i++) {
        TokenBatch batch =
            ModelNumbers.batch(i, size.sequences(), size.length(), size.vocabulary());
        if (i == load.microBatches() - 1) {
          model.addLastGradients(batch, 1e-3);
        } else {
          model.addGradients(batch, 1e-3);
        }
      }
      model.completeGradients();
      ranks.sumOverData(0);
      model.update(new AdamWStep(0.9, 0.95, 1e-8, 0.1, 1, 1e-3, 1));
      return new Measured(
          model.scope().liveBytes(),
          model.scope().peakBytes(),
          ranks.tensor().bytesSent(),
          ranks.data().bytesSent());
    }
  }
}
