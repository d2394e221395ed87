package io.espalier.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Command-line overrides: {@code training.steps=200}, {@code data.training[0].format=text}. */
public final class Overrides {
  /** A name, a quoted name (Hadoop's keys hold dots), or an index. */
  private static final Pattern STEP =
      Pattern.compile("\\G(?:\\.?'([^']+)'|\\.?([A-Za-z_][A-Za-z0-9_-]*)|\\[(\\d+)])");

  private Overrides() {}

  /** Sets each {@code key=value} in {@code user}; values are read as YAML. */
  public static void apply(ObjectNode user, List<String> overrides) {
    for (String override : overrides) {
      int equals = override.indexOf('=');
      if (equals < 1) {
        throw new ConfigException(
            "--set %s has no value; write it as key=value, for example training.steps=200"
                .formatted(override));
      }
      String key = override.substring(0, equals);
      set(user, key, steps(key), ConfigFile.parseValue(key, override.substring(equals + 1)));
    }
  }

  private static List<String> steps(String key) {
    List<String> steps = new ArrayList<>();
    Matcher matcher = STEP.matcher(key);
    int end = 0;
    while (matcher.find()) {
      steps.add(
          matcher.group(1) != null
              ? matcher.group(1)
              : matcher.group(2) != null ? matcher.group(2) : "[" + matcher.group(3));
      end = matcher.end();
    }
    if (end != key.length() || steps.isEmpty() || steps.get(0).startsWith("[")) {
      throw new ConfigException(
          "--set %s is not a key; write it as section.key or section.list[0].key".formatted(key));
    }
    return steps;
  }

  private static void set(ObjectNode root, String key, List<String> steps, JsonNode value) {
    JsonNode node = root;
    for (int i = 0; i < steps.size(); i++) {
      String step = steps.get(i);
      boolean last = i == steps.size() - 1;
      boolean nextIsIndex = !last && steps.get(i + 1).startsWith("[");
      if (step.startsWith("[") && node instanceof ArrayNode list) {
        int index = Integer.parseInt(step.substring(1));
        if (index >= list.size()) {
          throw new ConfigException(
              "--set %s: the file's list has %d elements, so the last index is %d"
                  .formatted(key, list.size(), list.size() - 1));
        }
        node = last ? list.set(index, value) : list.get(index);
      } else if (node instanceof ObjectNode object) {
        if (last) {
          object.set(step, value);
        } else {
          node =
              nextIsIndex
                  ? object.withArrayProperty(step)
                  : object.get(step) instanceof ObjectNode child ? child : object.putObject(step);
        }
      } else {
        throw new ConfigException(
            "--set %s: there is no section at %s to set a key in".formatted(key, step));
      }
    }
  }
}
