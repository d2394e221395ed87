package io.espalier.prep.input;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;

/** One JSON object as a record. */
final class JsonRecord {
  /** Strict, except for NaN and Infinity, which Python writes. Limits: the line's own length. */
  private static final ObjectReader READER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build())
                  .build())
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .build()
          .readerFor(JsonNode.class);

  private JsonRecord() {}

  /** The document in a line, or why there is none. */
  static ReadResult parse(long line, String json, RecordOptions options) {
    JsonNode record;
    try {
      record = READER.readValue(json);
    } catch (JsonProcessingException e) {
      return new ReadFailure(line, "broken_json", sentence(e), json);
    }
    if (!record.isObject()) {
      return new ReadFailure(
          line, "not_an_object", "the line is a JSON " + kind(record) + ", not an object", json);
    }
    JsonNode text = at(record, options.fields().text());
    if (!text.isTextual()) {
      return withoutText(line, json, text, options.fields().text());
    }
    var document =
        new ReadDocument(
            line,
            value(record, options.fields().id()),
            value(record, options.fields().source()),
            text.textValue(),
            value(record, options.label()),
            value(record, options.fields().split()));
    return Sized.result(document, options);
  }

  /** Names of the fields of the object in a line; none if it isn't one. */
  static List<String> fieldNames(String json) {
    try {
      JsonNode record = READER.readValue(json);
      return record.properties().stream().map(java.util.Map.Entry::getKey).toList();
    } catch (JsonProcessingException e) {
      return List.of();
    }
  }

  private static ReadFailure withoutText(long line, String json, JsonNode text, String path) {
    if (text.isMissingNode() || text.isNull()) {
      String fields = String.join(", ", fieldNames(json));
      return new ReadFailure(
          line,
          "missing_field",
          "%s is %s; the record has: %s"
              .formatted(path, text.isNull() ? "null" : "not there", fields),
          json);
    }
    return new ReadFailure(
        line, "text_not_string", "%s is a JSON %s, not a string".formatted(path, kind(text)), json);
  }

  /** The field of that name, or else the one that its dots lead to. */
  private static JsonNode at(JsonNode record, String path) {
    JsonNode named = record.path(path);
    int dot = path.indexOf('.');
    if (!named.isMissingNode() || dot < 0) {
      return named;
    }
    JsonNode first = record.path(path.substring(0, dot));
    String rest = path.substring(dot + 1);
    return first.isArray() ? inEach(first, rest) : at(first, rest);
  }

  /**
   * The strings that the path leads to from each object of a list, as paragraphs; the first value
   * that is none, if there is one; the element itself if the path starts with its number.
   */
  private static JsonNode inEach(JsonNode list, String path) {
    String first = path.split("\\.", 2)[0];
    if (first.matches("\\d{1,9}")) {
      JsonNode element = list.path(Integer.parseInt(first));
      return path.equals(first) ? element : at(element, path.substring(first.length() + 1));
    }
    List<String> parts = new ArrayList<>();
    for (JsonNode element : list) {
      JsonNode part = at(element, path);
      if (part.isTextual()) {
        parts.add(part.textValue());
      } else if (!part.isMissingNode() && !part.isNull()) {
        return part;
      }
    }
    return parts.isEmpty()
        ? MissingNode.getInstance()
        : TextNode.valueOf(String.join("\n\n", parts));
  }

  private static String value(JsonNode record, String path) {
    return path.isEmpty() ? "" : at(record, path).asText("");
  }

  private static String kind(JsonNode node) {
    return node.getNodeType().name().toLowerCase(java.util.Locale.ROOT);
  }

  private static String sentence(JsonProcessingException e) {
    String why = e.getOriginalMessage().lines().findFirst().orElse("unreadable");
    return e.getLocation() == null
        ? why
        : "column %d: %s".formatted(e.getLocation().getColumnNr(), why);
  }
}
