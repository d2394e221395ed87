package io.espalier.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Defaults by type for a list of plugins: {@code data.filter_defaults} for {@code data.filters}, so
 * that {@code - type: gopher_repetition} is enough.
 */
public final class TypeDefaults {
  private TypeDefaults() {}

  /**
   * Gives each member of a list in the section {@code data} the keys that it doesn't state, and
   * takes the section of defaults out of both trees; the user's keys come before the reference's.
   */
  public static void complete(
      ObjectNode userData, ObjectNode referenceData, String list, String section) {
    ObjectNode defaults = (ObjectNode) referenceData.remove(section);
    if (userData.remove(section) instanceof ObjectNode stated) {
      stated
          .properties()
          .forEach(type -> overlay(defaults, section, type.getKey(), type.getValue()));
    }
    fill(userData.get(list), defaults);
    fill(referenceData.get(list), defaults);
  }

  private static void overlay(ObjectNode defaults, String section, String type, JsonNode keys) {
    if (!(defaults.get(type) instanceof ObjectNode known) || !(keys instanceof ObjectNode given)) {
      List<String> names = new ArrayList<>();
      defaults.fieldNames().forEachRemaining(names::add);
      throw new ConfigException(
          "data.%s.%s is no type with settings; known: %s"
              .formatted(section, type, String.join(", ", names)));
    }
    given
        .properties()
        .forEach(
            key -> {
              if (!known.has(key.getKey())) {
                throw new ConfigException(
                    "data.%s.%s.%s is not a key".formatted(section, type, key.getKey()));
              }
            });
    known.setAll(given);
  }

  private static void fill(@Nullable JsonNode list, ObjectNode defaults) {
    if (!(list instanceof ArrayNode members)) {
      return;
    }
    for (JsonNode member : members) {
      if (member instanceof ObjectNode plugin
          && defaults.get(plugin.path("type").asText()) instanceof ObjectNode known) {
        known
            .properties()
            .forEach(
                setting -> {
                  if (!plugin.has(setting.getKey())) {
                    plugin.set(setting.getKey(), setting.getValue().deepCopy());
                  }
                });
      }
    }
  }
}
