package io.espalier.train;

import static io.espalier.train.TrainingJson.MAPPER;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.espalier.checkpoint.Checkpoint;
import io.espalier.config.FormatException;

/**
 * What a run needs besides tensors to go on as if it had never stopped: the file {@code state.json}
 * of its checkpoints. The generator's state is the sample's number, because order is a pure
 * function of it.
 *
 * @param step updates the model has made, its parent's included
 * @param optimizerUpdates updates since Adam's moments were zero
 * @param tokens target positions the model has learned from, its parent's included
 * @param nextSample number of the next sample in the order of the plan's domains
 * @param cost of this run so far
 * @param interval what the next row of metrics has gathered so far
 * @param plan what was being computed; a checkpoint of another plan isn't gone on with
 */
record TrainingState(
    long step,
    long optimizerUpdates,
    long tokens,
    long nextSample,
    TrainingCost cost,
    MetricsInterval interval,
    JsonNode plan) {
  static final String FILE = "state.json";

  static TrainingState of(Checkpoint checkpoint) {
    try {
      return MAPPER.treeToValue(checkpoint.json(FILE), TrainingState.class);
    } catch (JsonProcessingException e) {
      throw new FormatException(
          "%s of %s isn't the state of a training run: %s"
              .formatted(FILE, checkpoint.location(), e.getOriginalMessage()),
          e);
    }
  }

  JsonNode toJson() {
    return MAPPER.valueToTree(this);
  }
}
