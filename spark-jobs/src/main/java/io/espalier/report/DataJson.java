package io.espalier.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** The figures of a run's data for programs: the parts of {@link DataFacts} in snake case. */
public final class DataJson {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  private DataJson() {}

  /** Without what changes at every writing, so that two runs can be compared with diff. */
  public static String of(DataFacts data) {
    ObjectNode root = MAPPER.valueToTree(data);
    root.remove("run");
    if (data.clusters().documents().isEmpty()) {
      root.remove("clusters"); // Nobody asked: zeros would look like an answer.
    }
    try {
      return MAPPER.writeValueAsString(root) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree always writes as JSON", e);
    }
  }

  /** Whether a file that {@link #of} wrote shows what these words stand for. */
  public static boolean isOf(String json, String madeFrom) {
    try {
      return MAPPER.readTree(json).path("made_from").asText().equals(madeFrom);
    } catch (JsonProcessingException e) {
      return false; // A write that was cut off.
    }
  }
}
