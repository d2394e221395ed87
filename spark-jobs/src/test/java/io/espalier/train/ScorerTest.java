package io.espalier.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.espalier.config.FormatException;
import io.espalier.model.LanguageModel;
import io.espalier.model.TokenBatch;
import io.espalier.torch.Precision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScorerTest {
  @TempDir Path folder;
  private TinyRun run = TinyRun.in(Path.of("unset"));

  @BeforeEach
  void trainASeed() {
    run = TinyRun.in(folder).with(TinyRun.settings(Precision.FLOAT64, 4, 2e-3));
    run.train(run.planner().seed());
  }

  /** Of so many of the 23 sequences, evenly spaced. */
  private List<float[]> scores(LanguageModel model, long count, int batch) throws IOException {
    EvenSample sample = new EvenSample(23, count);
    List<float[]> scores = new ArrayList<>();
    new Scorer(model, TinyRun.MODEL, batch)
        .score(
            run.shard("odd"),
            sample,
            (sequence, logProbabilities) -> {
              assertThat(sequence).isEqualTo(sample.at(scores.size()));
              scores.add(logProbabilities);
            });
    return scores;
  }

  @Test
  void everySequenceIsScoredOnceWhateverTheBatch() throws IOException {
    try (LanguageModel model = ModelFiles.open(TinyRun.MODEL, run.options(), run.latest("seed"))) {
      List<float[]> one = scores(model, 23, 1);
      assertThat(one).hasSize(23);
      assertThat(one.subList(0, 22)).allMatch(s -> s.length == TinyRun.LENGTH);
      assertThat(one.get(22)).as("the short window's real targets").hasSize(4);
      for (int batch : new int[] {2, 5, 23, 64}) {
        List<float[]> many = scores(model, 23, batch);
        assertThat(many).hasSize(23);
        for (int i = 0; i < 23; i++) {
          assertThat(many.get(i)).containsExactly(one.get(i), within(1e-6f));
        }
      }
      List<float[]> some = scores(model, 5, 2);
      assertThat(some).hasSize(5);
      assertThat(some.get(2)).containsExactly(one.get(9), within(1e-6f));
      assertThat(scores(model, 0, 16)).isEmpty();
    }
  }

  @Test
  void scoresAreTheLossOfTraining() throws IOException {
    try (LanguageModel model = ModelFiles.open(TinyRun.MODEL, run.options(), run.latest("seed"))) {
      double sum = 0;
      for (float[] sequence : scores(model, 23, 4).subList(19, 23)) {
        for (float logProbability : sequence) {
          assertThat(logProbability).isNegative();
          sum -= logProbability;
        }
      }
      MicroBatches batches = new MicroBatches(TinyRun.MODEL, 4);
      for (int row = 0; row < 4; row++) {
        batches.put(row, run.shard("odd"), 19 + row);
      }
      assertThat(batches.batch().unmaskedTargets()).isEqualTo(3 * 12 + 4);
      assertThat(model.addGradients(batches.batch(), 1)).isEqualTo(sum, within(1e-4));
    }
  }

  @Test
  void anInterruptedThreadStopsBetweenBatches() {
    LocalShard shard = run.shard("odd");
    try (LanguageModel model = ModelFiles.open(TinyRun.MODEL, run.options(), run.latest("seed"))) {
      Thread.currentThread().interrupt();
      Scorer scorer = new Scorer(model, TinyRun.MODEL, 4);
      assertThatThrownBy(
              () -> scorer.score(shard, new EvenSample(23, 23), (sequence, scores) -> {}))
          .isInstanceOf(CancellationException.class);
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void inputsAndTargetsAreShiftedByOneAndShortWindowsMasked() {
    MicroBatches batches = new MicroBatches(TinyRun.MODEL, 2);
    batches.put(0, run.shard("odd"), 0);
    batches.put(1, run.shard("odd"), 0);
    batches.put(1, run.shard("odd"), 22);
    TokenBatch batch = batches.batch();
    long[] window = new long[13];
    assertThat(run.shard("odd").read(0, window)).isEqualTo(13);
    for (int t = 0; t < 12; t++) {
      assertThat(batch.inputs()[t]).isEqualTo(window[t]);
      assertThat(batch.targets()[t]).isEqualTo(window[t + 1]);
      boolean real = t < 4;
      assertThat(batch.targets()[12 + t] == TokenBatch.MASKED).isEqualTo(!real);
      assertThat(batch.inputs()[12 + t] == 0).isEqualTo(!real);
    }
  }

  @Test
  void aShardOfAnotherModelIsRefused() {
    LocalShard shard = run.shard("odd");
    assertThatThrownBy(
            () ->
                new MicroBatches(new ModelSpec(TinyRun.MODEL.architecture(), 61, 11), 1)
                    .put(0, shard, 3))
        .isInstanceOf(FormatException.class)
        .hasMessage(
            shard
                + " has 13 tokens in sequence 3 but windows have sequence_length_tokens + 1 = 12");
    assertThatThrownBy(
            () ->
                new MicroBatches(new ModelSpec(TinyRun.MODEL.architecture(), 30, 12), 1)
                    .put(0, shard, 3))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining(" in sequence 3 but the vocabulary has 30 tokens");
  }
}
