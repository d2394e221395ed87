package io.espalier.prep;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.espalier.prep.input.FileDigest;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;

/** SHA-256 of what a result was made from: the same fingerprint, the same result. */
final class Fingerprint {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .build();

  private Fingerprint() {}

  /**
   * The fingerprint of a stage's inputs.
   *
   * @param formatVersion raised whenever the same inputs give another result than before
   * @param inputs records, lists, strings and numbers by name
   */
  static String of(String stage, int formatVersion, Map<String, ?> inputs) {
    return ofText(json(Map.of("stage", stage, "format_version", formatVersion, "inputs", inputs)));
  }

  /** SHA-256 of a text in UTF-8, in hexadecimal digits. */
  static String ofText(String text) {
    return HexFormat.of()
        .formatHex(FileDigest.sha256().digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  /** A record as JSON, for the summary of a commit. */
  static String json(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("Cannot write " + value.getClass() + " as JSON", e);
    }
  }

  /** The record that {@link #json} wrote. */
  static <T> T parse(String json, Class<T> type) {
    try {
      return MAPPER.readValue(json, type);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("Cannot read " + type + " from JSON", e);
    }
  }
}
