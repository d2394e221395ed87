package io.espalier.train;

import static io.espalier.train.TrainingJson.MAPPER;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.espalier.config.ConfigException;
import java.util.Map;

/**
 * What decides the weights that a plan leads to, as JSON inside its checkpoints: a run goes on only
 * with a checkpoint of the same identity. What merely decides how it gets there (micro-batches,
 * recomputation, device, how often it reports and saves) may change between attempts.
 */
final class PlanIdentity {
  private PlanIdentity() {}

  /**
   * @param parentHash hash of the parent's manifest, or of the weights that were given; empty for a
   *     run from scratch
   */
  static JsonNode of(TrainingPlan plan, ModelSpec model, String parentHash) {
    ObjectNode identity = MAPPER.createObjectNode();
    identity.put("checkpoint", plan.checkpoint());
    identity.put("parent", plan.parent());
    identity.put("parent_hash", parentHash);
    plan.domains().forEach(domain -> identity.withArray("domains").add(domain(domain)));
    identity.put("seed", plan.seed());
    identity.put("first_step", plan.firstStep());
    identity.put("last_step", plan.lastStep());
    identity.put("span_steps", plan.settings().steps());
    identity.put("first_sample", plan.firstSample());
    identity.put("global_batch_sequences", plan.batch().globalSequences());
    identity.put("precision", plan.settings().precision().toString());
    identity.set("optimizer", MAPPER.valueToTree(plan.settings().optimizer()));
    identity.set("schedule", MAPPER.valueToTree(plan.settings().schedule()));
    identity.set("model", MAPPER.valueToTree(model));
    return reread(identity);
  }

  /** The split of a domain's first text, and a weight like the others', go without saying. */
  private static ObjectNode domain(DomainSequences domain) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("domain", domain.domain());
    node.put("sequences", domain.sequences());
    if (!domain.split().equals(DomainSequences.TRAINING)) {
      node.put("split", domain.split());
    }
    if (domain.samplesPerRound() != 1) {
      node.put("samples_per_round", domain.samplesPerRound());
    }
    return node;
  }

  /** Refuses a checkpoint of another plan and names the first difference. */
  static void requireSame(String location, JsonNode stored, JsonNode wanted) {
    for (Map.Entry<String, JsonNode> key : wanted.properties()) {
      JsonNode found = stored.path(key.getKey());
      if (!found.equals(key.getValue())) {
        throw new ConfigException(
            ("%s was trained with %s %s but the experiment now says %s; another output folder, or"
                    + " removing this checkpoint, would work")
                .formatted(location, key.getKey(), found, key.getValue()));
      }
    }
  }

  /** Through text, so that numbers have the types they have when a checkpoint is read. */
  private static JsonNode reread(JsonNode node) {
    try {
      return MAPPER.readTree(MAPPER.writeValueAsString(node));
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new IllegalStateException("A tree always writes as JSON", e);
    }
  }
}
