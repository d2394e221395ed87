package io.espalier.train;

import static io.espalier.train.TrainingJson.MAPPER;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
 * @param nextSample number of the next sample in the order of the plan's domains, what was passed
 *     over included
 * @param cost of this run so far
 * @param interval what the next row of metrics has gathered so far
 * @param stability what the spike guard knows and has decided; the file has none where that is
 *     nothing
 * @param plan what was being computed; a checkpoint of another plan isn't gone on with
 */
record TrainingState(
    long step,
    long optimizerUpdates,
    long tokens,
    long nextSample,
    TrainingCost cost,
    MetricsInterval interval,
    StabilityState stability,
    JsonNode plan) {
  static final String FILE = "state.json";
  private static final String STABILITY = "stability";

  static TrainingState of(Checkpoint checkpoint) {
    try {
      ObjectNode state = checkpoint.json(FILE).deepCopy();
      if (!state.has(STABILITY)) {
        state.set(STABILITY, MAPPER.valueToTree(StabilityState.NONE));
      }
      return MAPPER.treeToValue(state, TrainingState.class);
    } catch (JsonProcessingException e) {
      throw new FormatException(
          "%s of %s isn't the state of a training run: %s"
              .formatted(FILE, checkpoint.location(), e.getOriginalMessage()),
          e);
    }
  }

  JsonNode toJson() {
    ObjectNode state = MAPPER.valueToTree(this);
    if (stability.equals(StabilityState.NONE)) {
      state.remove(STABILITY);
    }
    return state;
  }
}
