package io.espalier.job;

import io.espalier.checkpoint.Checkpoint;
import io.espalier.config.ConfigException;
import io.espalier.config.FormatException;
import io.espalier.evaluate.ScoredModel;
import io.espalier.forest.Expert;
import io.espalier.forest.ForestHistory;
import io.espalier.train.TrainingPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which experts are scored, merged and evaluated: those that are active in the newest version of
 * the forest. Checkpoints that only look like experts don't count.
 *
 * @param history every version of the forest
 */
record ForestMembers(RunModel model, ForestHistory history) {

  static ForestMembers of(Run run, RunModel model) {
    return new ForestMembers(model, new ForestTable(run).history());
  }

  /** The forest's newest version; 0 where there is none. */
  long version() {
    return history.latest().version();
  }

  /** The version that merges are named after: the oldest with the same experts. */
  long mergeVersion() {
    return history.firstLikeLatest();
  }

  /** Experts to score. Before there is a forest: the configured ones that are complete. */
  List<ScoredModel> scored() {
    if (!history.isEmpty()) {
      return history.latest().active().stream()
          .map(expert -> new ScoredModel(expert.checkpoint(), expert.hash()))
          .toList();
    }
    List<ScoredModel> complete = new ArrayList<>();
    for (TrainingPlan plan : model.planner().experts()) {
      model
          .files()
          .complete(plan)
          .ifPresent(c -> complete.add(new ScoredModel(plan.checkpoint(), c.hash())));
    }
    return complete;
  }

  /**
   * Experts to merge.
   *
   * @throws ConfigException if they aren't trained yet
   */
  List<MergeForest.ForestMember> toMerge() {
    if (!history.isEmpty()) {
      return history.latest().active().stream()
          .map(e -> new MergeForest.ForestMember(e.domain(), e.checkpoint(), checkpoint(e)))
          .toList();
    }
    return model.planner().experts().stream()
        .map(
            plan ->
                new MergeForest.ForestMember(
                    plan.domains().get(0).domain(),
                    plan.checkpoint(),
                    model
                        .files()
                        .complete(plan)
                        .orElseThrow(
                            () ->
                                new ConfigException(
                                    "%s is not complete; run espalier train-experts first"
                                        .formatted(plan.checkpoint())))))
        .toList();
  }

  /**
   * An expert's checkpoint.
   *
   * @throws FormatException if it is gone
   */
  Checkpoint checkpoint(Expert expert) {
    return find(expert)
        .orElseThrow(
            () ->
                new FormatException(
                    "The checkpoint of %s with hash %s is gone"
                        .formatted(expert.checkpoint(), expert.hash())));
  }

  /** An expert's checkpoint, if it is there. */
  Optional<Checkpoint> find(Expert expert) {
    return model.files().checkpoints(expert.checkpoint()).all().stream()
        .filter(checkpoint -> checkpoint.hash().equals(expert.hash()))
        .findFirst();
  }
}
