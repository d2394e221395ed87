package io.espalier.bench;

import io.espalier.checkpoint.Checkpoint;
import io.espalier.checkpoint.CheckpointFolder;
import io.espalier.checkpoint.Provenance;
import io.espalier.model.ModelOptions;
import io.espalier.table.PinnedSequences;
import io.espalier.train.DomainSequences;
import io.espalier.train.LocalShard;
import io.espalier.train.ModelSpec;
import io.espalier.train.ShardKey;
import io.espalier.train.TokenType;
import io.espalier.train.Trainer;
import io.espalier.train.TrainingCheckpoints;
import io.espalier.train.TrainingPlan;
import io.espalier.train.TrainingResult;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * One training as a Spark task carries it out in a run: the domain's sequences spooled from the
 * table into a mapped file, the seed loaded, the updates made by {@link Trainer} on one thread,
 * checkpoints and metrics saved.
 *
 * @param folder local, for shards and checkpoints
 * @param checkpoints below the folder: where the task saves, the same for no two trainings
 */
record ExpertTask(
    GeneratedSequences table, String folder, String checkpoints, TrainingPlan plan, ModelSpec model)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Folder of the checkpoint that experts branch from. */
  static final String SEED = "seed";

  /** Trains and says where the time went. */
  ExpertTime train() {
    ExpertClock clock = new ExpertClock();
    LocalShard shard = shard(plan.domains().get(0));
    clock.spooled();
    ModelOptions options =
        new ModelOptions(plan.settings().precision(), plan.settings().recompute(), "cpu", 1);
    TrainingResult result =
        Trainer.train(plan, model, options, List.of(shard), startAndEnd(), clock);
    return clock.ended(result.cost());
  }

  private LocalShard shard(DomainSequences sequences) {
    PinnedSequences pinned = PinnedSequences.open(table.path(), table.version(), Map.of());
    String split = GeneratedSequences.SPLIT;
    try {
      return LocalShard.openOrWrite(
          Path.of(folder, "shards"),
          new ShardKey(pinned.tableId(), table.version(), sequences.domain(), split),
          TokenType.of(model.vocabularySize()),
          sink -> {
            try (var reader = pinned.read(sequences.domain(), split)) {
              while (reader.hasNext()) {
                var sequence = reader.next();
                sink.accept(sequence.tokens(), sequence.tokenCount());
              }
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write a shard to " + folder, e);
    }
  }

  private TrainingCheckpoints startAndEnd() {
    CheckpointFolder own = folderOf(checkpoints);
    Provenance provenance = BenchProvenance.of("bench experts");
    if (plan.parent().isEmpty()) {
      return TrainingCheckpoints.fromScratch(own, provenance, Map.of());
    }
    Checkpoint seed = folderOf(SEED).latest().orElseThrow();
    return TrainingCheckpoints.branch(own, seed, provenance, Map.of());
  }

  private CheckpointFolder folderOf(String name) {
    return CheckpointFolder.local(Path.of(folder, "checkpoints", name));
  }
}
