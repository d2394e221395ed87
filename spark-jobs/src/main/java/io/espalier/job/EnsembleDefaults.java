package io.espalier.job;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.espalier.config.Merge;
import io.espalier.evaluate.EnsembleSettings;
import io.espalier.forest.Posterior;
import io.espalier.forest.TopKBy;

/**
 * The section {@code evaluation.ensemble_defaults}: what every ensemble has that doesn't say
 * otherwise.
 *
 * @param prior keys of every kind of prior; a member takes those that its kind has
 */
record EnsembleDefaults(
    Posterior posterior, PriorDefaults prior, int topK, @JsonProperty("top_k_by") TopKBy topKBy) {
  private static final String KEY = "ensemble_defaults";

  record PriorDefaults(String type, double decay, int sequences, double temperature) {}

  /** Gives every ensemble of user and reference the keys that it doesn't state. */
  static void complete(ObjectNode user, ObjectNode reference) {
    ObjectNode ofReference = (ObjectNode) reference.get("evaluation");
    ObjectNode byDefault = (ObjectNode) ofReference.remove(KEY);
    ObjectNode ofUser =
        user.get("evaluation") instanceof ObjectNode section ? section : user.objectNode();
    JsonNode stated = ofUser.remove(KEY);
    ObjectNode defaults =
        Merge.over(
            "evaluation." + KEY,
            byDefault,
            stated == null ? user.objectNode() : stated,
            EnsembleDefaults.class);
    fill(ofReference, defaults);
    fill(ofUser, defaults);
  }

  private static void fill(ObjectNode evaluation, ObjectNode defaults) {
    if (evaluation.get("ensembles") instanceof ArrayNode ensembles) {
      for (int i = 0; i < ensembles.size(); i++) {
        String path = "evaluation.ensembles[%d]".formatted(i);
        if (ensembles.get(i) instanceof ObjectNode stated && !stated.has("prior")) {
          stated.putObject("prior"); // Of the default's keys it has those that its type takes.
        }
        ensembles.set(i, Merge.over(path, defaults, ensembles.get(i), EnsembleSettings.class));
      }
    }
  }
}
