package io.espalier.job;

import io.espalier.checkpoint.Checkpoint;
import io.espalier.evaluate.ScoredModel;
import io.espalier.model.LanguageModel;
import io.espalier.model.ModelOptions;
import io.espalier.table.ScoreRow;
import io.espalier.torch.Precision;
import io.espalier.train.EvenSample;
import io.espalier.train.LocalShard;
import io.espalier.train.ModelFiles;
import io.espalier.train.ModelSpec;
import io.espalier.train.ResourceClock;
import io.espalier.train.Scorer;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * One checkpoint and the splits of domains that a task scores with it.
 *
 * @param threads cores that the task may use
 */
record ScoreTask(
    RunFiles files,
    ModelSpec spec,
    ScoredModel model,
    List<Split> splits,
    Precision precision,
    String device,
    int batchSequences,
    int threads)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Some sequences of a domain's split. */
  record Split(String domain, String split, EvenSample sample) implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  /** The same with this many threads. */
  ScoreTask with(int cores) {
    return new ScoreTask(files, spec, model, splits, precision, device, batchSequences, cores);
  }

  /** Sequences in all, for progress and for the order of tasks. */
  long sequences() {
    return splits.stream().mapToLong(split -> split.sample().count()).sum();
  }

  /** Positions that the model predicts. */
  long tokens() {
    return sequences() * spec.sequenceLengthTokens();
  }

  /**
   * What scoring with one checkpoint cost, loading it included; measured where it was done.
   *
   * @param device that was found: {@code cpu} or {@code cuda:<number>}
   */
  record Cost(String checkpoint, String device, double deviceSeconds, double cpuSeconds)
      implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  /**
   * Asks the checkpoint.
   *
   * @param cost told once, at the end
   * @return one row per sequence
   */
  List<ScoreRow> score(Consumer<Cost> cost) {
    String found = TaskDevice.of(device);
    ModelOptions options = new ModelOptions(precision, false, found, threads);
    ResourceClock clock = ResourceClock.start(options);
    List<ScoreRow> rows = rows(options, files.checkpoint(model));
    cost.accept(new Cost(model.checkpoint(), found, clock.deviceSeconds(), clock.cpuSeconds()));
    return rows;
  }

  /** The same with a checkpoint that is at hand, whatever its name says. */
  List<ScoreRow> rows(ModelOptions options, Checkpoint checkpoint) {
    List<ScoreRow> rows = new ArrayList<>();
    try (LanguageModel loaded = ModelFiles.open(spec, options, checkpoint)) {
      Scorer scorer = new Scorer(loaded, spec, batchSequences);
      for (Split split : splits) {
        score(scorer, split, rows);
        EspalierPlugin.send(
            new EspalierPlugin.Progress(
                "score",
                model.checkpoint(),
                rows.size() * (long) spec.sequenceLengthTokens(),
                tokens(),
                "tokens",
                ""));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot score with " + model.checkpoint(), e);
    }
    return rows;
  }

  private void score(Scorer scorer, Split split, List<ScoreRow> rows) throws IOException {
    LocalShard shard = files.shard(split.domain(), split.split(), spec.vocabularySize());
    scorer.score(
        shard,
        split.sample(),
        (sequence, logProbabilities) ->
            rows.add(
                new ScoreRow(
                    model.checkpoint(),
                    model.hash(),
                    files.sequencesVersion(),
                    split.domain(),
                    split.split(),
                    sequence,
                    packed(logProbabilities))));
  }

  private static byte[] packed(float[] values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return bytes.array();
  }
}
