package io.espalier.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * References of the form {@code ${env:NAME}}: the way to hand over secrets. They are resolved where
 * a value is used, so that the secret itself never reaches {@code experiment.yaml}, logs or
 * reports.
 */
public final class EnvironmentReferences {
  private static final Pattern REFERENCE = Pattern.compile("\\$\\{env:([A-Za-z_][A-Za-z0-9_]*)}");

  private EnvironmentReferences() {}

  /** Replaces each reference in {@code value} by the variable's value. */
  public static String resolve(String key, String value, Map<String, String> environment) {
    Matcher matcher = REFERENCE.matcher(value);
    StringBuilder resolved = new StringBuilder();
    while (matcher.find()) {
      String found = environment.get(matcher.group(1));
      if (found == null) {
        throw new ConfigException(
            "%s refers to ${env:%s} but that environment variable is not set; export it first"
                .formatted(key, matcher.group(1)));
      }
      matcher.appendReplacement(resolved, Matcher.quoteReplacement(found));
    }
    return matcher.appendTail(resolved).toString();
  }

  /** Whether a value is one reference and nothing else. */
  public static boolean isReference(String value) {
    return REFERENCE.matcher(value).matches();
  }

  /** Refuses references outside {@code allowedSection}, where they would be taken as plain text. */
  public static void refuseOutside(String allowedSection, JsonNode root) {
    root.properties().stream()
        .filter(e -> !e.getKey().equals(allowedSection))
        .forEach(e -> refuse(e.getKey(), e.getValue(), allowedSection));
  }

  private static void refuse(String path, JsonNode node, String allowedSection) {
    if (node.isTextual() && REFERENCE.matcher(node.asText()).find()) {
      throw new ConfigException(
          "%s is %s but environment references are for secrets and only allowed below %s"
              .formatted(path, node.asText(), allowedSection));
    }
    node.properties().forEach(e -> refuse(path + "." + e.getKey(), e.getValue(), allowedSection));
    if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        refuse("%s[%d]".formatted(path, i), node.get(i), allowedSection);
      }
    }
  }
}
