package io.espalier.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Reads YAML strictly into records: a user's file laid over the reference that holds every default.
 *
 * <p>The order of calls is {@link #parse}, {@link Overrides#apply}, {@link Merge#over}, {@link
 * #bind}. Each refuses with a {@link ConfigException} that names the key, the value and the rule.
 * Thread-safe.
 */
public final class ConfigFile {
  private static final ObjectMapper MAPPER =
      YAMLMapper.builder(
              YAMLFactory.builder()
                  .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                  .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
                  .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
                  .build())
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .build();

  private ConfigFile() {}

  /**
   * Parses one YAML document whose top level is a mapping.
   *
   * @param name what to call the text in messages: its path
   */
  public static ObjectNode parse(String name, String yaml) {
    JsonNode node;
    try {
      node = MAPPER.readTree(yaml);
    } catch (JsonProcessingException e) {
      throw new ConfigException("%s is not valid YAML: %s".formatted(name, whereAndWhy(e)), e);
    }
    if (node == null || node.isMissingNode() || node.isNull()) {
      return MAPPER.createObjectNode();
    }
    if (node instanceof ObjectNode object) {
      return object;
    }
    throw new ConfigException(
        "%s must hold keys such as \"name: my-experiment\" at its top level, but holds: %s"
            .formatted(name, node.getNodeType().name().toLowerCase(java.util.Locale.ROOT)));
  }

  /** Parses one value as YAML does: {@code 3} is a number, {@code [a, b]} a list. */
  static JsonNode parseValue(String key, String yaml) {
    try {
      JsonNode node = MAPPER.readTree(yaml);
      return node == null || node.isMissingNode() ? MAPPER.getNodeFactory().textNode("") : node;
    } catch (JsonProcessingException e) {
      throw new ConfigException("%s=%s is not valid YAML: %s".formatted(key, yaml, whereAndWhy(e)));
    }
  }

  /** Makes the record that the resolved keys describe; its constructors check the values. */
  public static <T> T bind(ObjectNode resolved, Class<T> type) {
    ObjectMapper mapper = MAPPER.copy();
    Families.within(type).forEach(family -> mapper.registerSubtypes(family.members()));
    try {
      return mapper.treeToValue(resolved, type);
    } catch (JsonMappingException e) {
      throw explained(e);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A parsed tree can't be malformed", e);
    }
  }

  /** The keys and values as YAML text; {@link #parse} reads it back. */
  public static String toYaml(JsonNode node) {
    try {
      return MAPPER.writeValueAsString(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A tree always writes as YAML", e);
    }
  }

  private static RuntimeException explained(JsonMappingException e) {
    String path = path(e.getPath());
    for (Throwable t = e; t != null; t = t.getCause()) {
      if (t instanceof ConfigException config) {
        String sentence = String.valueOf(config.getMessage());
        return new ConfigException(path.isEmpty() ? sentence : path + "." + sentence, e);
      }
    }
    return new ConfigException("%s: %s".formatted(path, e.getOriginalMessage()), e);
  }

  private static String path(List<JsonMappingException.Reference> references) {
    return references.stream()
        .map(r -> r.getFieldName() == null ? "[" + r.getIndex() + "]" : "." + r.getFieldName())
        .collect(Collectors.joining())
        .replaceFirst("^\\.", "");
  }

  private static String whereAndWhy(JsonProcessingException e) {
    String why = e.getOriginalMessage().lines().findFirst().orElse("unreadable");
    return e.getLocation() == null
        ? why
        : "line %d, column %d: %s"
            .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr(), why);
  }
}
