package io.espalier.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.espalier.config.ConfigException;

/**
 * What merge methods are set to where a merge doesn't say: the section {@code merge_methods}, which
 * is gone once every merge is complete.
 *
 * @param byType method's name → its keys
 */
record MergeDefaults(ObjectNode byType) {
  private static final String SECTION = "merge_methods";

  /** Takes the section out of both trees; the user's keys come before the reference's. */
  static MergeDefaults take(ObjectNode user, ObjectNode reference) {
    ObjectNode defaults = (ObjectNode) reference.remove(SECTION);
    JsonNode stated = user.remove(SECTION);
    if (stated instanceof ObjectNode methods) {
      methods
          .properties()
          .forEach(
              method -> {
                if (!(defaults.get(method.getKey()) instanceof ObjectNode known)
                    || !(method.getValue() instanceof ObjectNode keys)) {
                  throw new ConfigException(
                      "%s.%s is no method with settings; known: %s"
                          .formatted(SECTION, method.getKey(), String.join(", ", names(defaults))));
                }
                known.setAll(keys);
              });
    }
    return new MergeDefaults(defaults);
  }

  private static Iterable<String> names(ObjectNode defaults) {
    return defaults::fieldNames;
  }

  /** Gives a merge's method the keys that it doesn't state. */
  void complete(JsonNode merge) {
    if (merge.path("method") instanceof ObjectNode method
        && byType.get(method.path("type").asText()) instanceof ObjectNode defaults) {
      defaults
          .properties()
          .forEach(
              setting -> {
                if (!method.has(setting.getKey())) {
                  method.set(setting.getKey(), setting.getValue());
                }
              });
    }
  }
}
