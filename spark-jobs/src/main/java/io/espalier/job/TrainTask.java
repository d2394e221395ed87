package io.espalier.job;

import io.espalier.checkpoint.Checkpoint;
import io.espalier.checkpoint.CheckpointFolder;
import io.espalier.checkpoint.Provenance;
import io.espalier.config.FormatException;
import io.espalier.model.ModelOptions;
import io.espalier.model.Ranks;
import io.espalier.train.LocalShard;
import io.espalier.train.ModelSpec;
import io.espalier.train.SlicePlans;
import io.espalier.train.Trainer;
import io.espalier.train.TrainingCheckpoints;
import io.espalier.train.TrainingPlan;
import io.espalier.train.TrainingResult;
import java.io.Serializable;
import java.util.List;

/**
 * One training run as a task carries it out: shards, start, training, checkpoints.
 *
 * @param stage the pipeline's stage, for progress and provenance
 * @param threads cores that the task may use
 */
record TrainTask(RunFiles files, TrainingPlan plan, ModelSpec spec, String stage, int threads)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** As the only rank. */
  TrainingResult train() {
    return train(Ranks.serial());
  }

  /** As one of the plan's ranks; all of them get the result. */
  TrainingResult train(Ranks ranks) {
    String device = device();
    ModelOptions options =
        new ModelOptions(plan.settings().precision(), plan.settings().recompute(), device, threads);
    List<LocalShard> shards =
        plan.domains().stream()
            .map(d -> files.shard(d.domain(), d.split(), spec.vocabularySize()))
            .toList();
    TaskProgress progress = new TaskProgress(stage, plan, spec, ranks.isLeader());
    TrainingCheckpoints checkpoints = checkpoints(device, ranks.isLeader());
    return Trainer.train(plan, spec, options, ranks, shards, checkpoints, progress);
  }

  /** Where this task computes. */
  String device() {
    return TaskDevice.of(plan.settings().device());
  }

  /**
   * What ranks must agree on before they compute together. The code is the one that this process
   * runs, not the driver's: an executor may have found another jar.
   */
  String fingerprint() {
    return "code %s, sequences %d, plan %08x"
        .formatted(CodeVersion.current(), files.sequencesVersion(), plan.toString().hashCode());
  }

  /**
   * @param writes whether this is the rank that commits
   */
  private TrainingCheckpoints checkpoints(String device, boolean writes) {
    CheckpointFolder own =
        writes ? files.checkpointsToWrite(plan.checkpoint()) : files.checkpoints(plan.checkpoint());
    Provenance provenance = files.provenance("train " + plan.checkpoint(), device);
    if (plan.parent().isEmpty()) {
      return TrainingCheckpoints.fromScratch(own, provenance, files.companions(spec));
    }
    return SlicePlans.isSlice(plan.parent())
        ? TrainingCheckpoints.stretch(own, parent(), provenance, files.companions(spec))
        : TrainingCheckpoints.branch(own, parent(), provenance, files.companions(spec));
  }

  private Checkpoint parent() {
    CheckpointFolder folder = files.checkpoints(plan.parent());
    return folder.all().stream()
        .filter(checkpoint -> checkpoint.step() == plan.firstStep())
        .findFirst()
        .orElseThrow(
            () ->
                new FormatException(
                    "%s has no whole checkpoint after update %d, from which %s goes on"
                        .formatted(folder.location(), plan.firstStep(), plan.checkpoint())));
  }
}
