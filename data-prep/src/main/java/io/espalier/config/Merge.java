package io.espalier.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonTypeName;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.commons.text.similarity.LevenshteinDistance;
import org.jspecify.annotations.Nullable;

/**
 * Lays a user's keys over the defaults, guided by the record that both describe: unknown keys,
 * wrong types and missing values are refused here, with the key's full path.
 *
 * <p>Mappings are merged key by key; lists and scalars are replaced. Where the user picks another
 * member of a family ({@code type}), only those defaults are kept that the new member has too.
 */
public final class Merge {
  private Merge() {}

  /** Returns the resolved tree: every component of {@code type} present, nothing else. */
  public static ObjectNode over(ObjectNode defaults, ObjectNode user, Class<?> type) {
    return mapping("", type, user, defaults);
  }

  /** As {@link #over(ObjectNode, ObjectNode, Class)}, for a section that lies at {@code path}. */
  public static ObjectNode over(String path, ObjectNode defaults, JsonNode user, Class<?> type) {
    return mapping(path, type, object(path, user), defaults);
  }

  private static JsonNode value(
      String path, Type type, @Nullable JsonNode user, @Nullable JsonNode defaults) {
    JsonNode given = user == null ? defaults : user;
    if (given == null || given.isNull()) {
      throw new ConfigException("%s is missing; it has no default".formatted(path));
    }
    if (type instanceof ParameterizedType parameterized) {
      return container(path, parameterized, given);
    }
    Class<?> c = (Class<?>) type;
    if (FreeForm.class.isAssignableFrom(c)) {
      return given;
    }
    if (Families.isFamily(c) || c.isRecord()) {
      return mapping(
          path,
          c,
          object(path, given),
          user != null && defaults instanceof ObjectNode d
              ? d
              : JsonNodeFactory.instance.objectNode());
    }
    return scalar(path, c, given);
  }

  private static ObjectNode mapping(
      String path, Class<?> type, ObjectNode user, ObjectNode defaults) {
    ObjectNode merged = JsonNodeFactory.instance.objectNode();
    Class<?> record = type;
    ObjectNode fallback = defaults;
    if (Families.isFamily(type)) {
      record = member(path, type, user, defaults);
      merged.put("type", record.getAnnotation(JsonTypeName.class).value());
    }
    Map<String, Type> keys = keysOf(record);
    Iterator<String> given = user.fieldNames();
    while (given.hasNext()) {
      String key = given.next();
      if (!keys.containsKey(key) && !(record != type && key.equals("type"))) {
        throw unknown(path, key, keys.keySet());
      }
    }
    keys.forEach(
        (key, keyType) ->
            merged.set(key, value(join(path, key), keyType, user.get(key), fallback.get(key))));
    return merged;
  }

  private static Class<?> member(
      String path, Class<?> family, ObjectNode user, ObjectNode defaults) {
    JsonNode name = user.has("type") ? user.get("type") : defaults.get("type");
    Map<String, Class<?>> members = new Families(family).membersByName();
    String known = String.join(", ", members.keySet());
    if (name == null) {
      throw new ConfigException("%s is missing; known: %s".formatted(join(path, "type"), known));
    }
    Class<?> member = members.get(name.asText());
    if (member == null) {
      throw new ConfigException(
          "%s is %s but must be one of: %s%s"
              .formatted(
                  join(path, "type"),
                  name.asText(),
                  known,
                  nearest(name.asText(), members.keySet())
                      .map("; did you mean %s?"::formatted)
                      .orElse("")));
    }
    return member;
  }

  private static JsonNode container(String path, ParameterizedType type, JsonNode given) {
    Type[] arguments = type.getActualTypeArguments();
    if (type.getRawType() == List.class) {
      if (!(given instanceof ArrayNode list)) {
        throw wrongType(path, given, "a list such as [a, b]");
      }
      ArrayNode merged = JsonNodeFactory.instance.arrayNode();
      for (int i = 0; i < list.size(); i++) {
        merged.add(value("%s[%d]".formatted(path, i), arguments[0], list.get(i), null));
      }
      return merged;
    }
    ObjectNode merged = JsonNodeFactory.instance.objectNode();
    object(path, given)
        .properties()
        .forEach(
            e ->
                merged.set(
                    e.getKey(), value(join(path, e.getKey()), arguments[1], e.getValue(), null)));
    return merged;
  }

  private static JsonNode scalar(String path, Class<?> type, JsonNode given) {
    if (!given.isValueNode()) {
      throw wrongType(path, given, type == String.class ? "one text" : "one value");
    }
    if (type == int.class || type == long.class) {
      boolean fits =
          given.isIntegralNumber()
              && (type == int.class ? given.canConvertToInt() : given.canConvertToLong());
      return require(fits, path, given, "a whole number");
    }
    if (type == double.class) {
      return require(given.isNumber(), path, given, "a number");
    }
    if (type == boolean.class) {
      return require(given.isBoolean(), path, given, "true or false");
    }
    if (type.isEnum()) {
      List<String> names =
          Arrays.stream(type.getEnumConstants())
              .map(c -> ((Enum<?>) c).name().toLowerCase(Locale.ROOT))
              .toList();
      return require(
          names.contains(given.asText().toLowerCase(Locale.ROOT)),
          path,
          given,
          "one of: " + String.join(", ", names));
    }
    // A text may look like a number or a boolean: name: 2026.
    return JsonNodeFactory.instance.textNode(given.asText());
  }

  private static JsonNode require(boolean holds, String path, JsonNode given, String expected) {
    if (!holds) {
      throw wrongType(path, given, expected);
    }
    return given;
  }

  private static ObjectNode object(String path, JsonNode given) {
    if (given instanceof ObjectNode object) {
      return object;
    }
    throw wrongType(path, given, "a section with keys of its own");
  }

  private static ConfigException wrongType(String path, JsonNode given, String expected) {
    return new ConfigException("%s is %s but must be %s".formatted(path, given, expected));
  }

  private static ConfigException unknown(String path, String key, Collection<String> known) {
    String what =
        nearest(key, known)
            .map(k -> "did you mean %s?".formatted(join(path, k)))
            .orElse(
                known.isEmpty()
                    ? "%s takes no keys".formatted(path)
                    : "known here: " + known.stream().sorted().collect(Collectors.joining(", ")));
    return new ConfigException("%s is not a key; %s".formatted(join(path, key), what));
  }

  /** The known name that a typing error is most likely to have meant: at most a third changed. */
  private static Optional<String> nearest(String given, Collection<String> known) {
    LevenshteinDistance distance = LevenshteinDistance.getDefaultInstance();
    return known.stream()
        .filter(
            k -> distance.apply(given, k) <= Math.max(1, Math.max(k.length(), given.length()) / 3))
        .min(Comparator.comparing(k -> distance.apply(given, k)));
  }

  private static Map<String, Type> keysOf(Class<?> record) {
    Map<String, Type> keys = new LinkedHashMap<>();
    for (RecordComponent component : record.getRecordComponents()) {
      keys.put(keyOf(component), component.getGenericType());
    }
    return keys;
  }

  /** Its name in snake case, unless it says another. */
  private static String keyOf(RecordComponent component) {
    JsonProperty stated = component.getAccessor().getAnnotation(JsonProperty.class);
    return stated == null
        ? PropertyNamingStrategies.SnakeCaseStrategy.INSTANCE.translate(component.getName())
        : stated.value();
  }

  private static String join(String path, String key) {
    return path.isEmpty() ? key : path + "." + key;
  }
}
