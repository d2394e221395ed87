package io.espalier.merge;

import io.espalier.checkpoint.Checkpoint;
import io.espalier.checkpoint.ParentCheckpoint;

/**
 * One input of a merge.
 *
 * @param name its name in the run: {@code expert/legal}
 * @param checkpoint its weights
 * @param weight its share
 */
public record WeightedExpert(String name, Checkpoint checkpoint, double weight) {

  ParentCheckpoint asParent() {
    return new ParentCheckpoint(name, checkpoint.step(), checkpoint.hash(), weight);
  }

  /** How messages name it: by name and place. */
  String described() {
    return "%s (%s)".formatted(name, checkpoint.location());
  }
}
