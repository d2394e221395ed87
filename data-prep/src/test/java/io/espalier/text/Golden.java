package io.espalier.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;

/** The golden files beside golden/tokenizer/generate.py. */
final class Golden {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Golden() {}

  static Path path(String name) {
    return Path.of("src/test/resources/golden/tokenizer", name);
  }

  static JsonNode json(String name) {
    try {
      return MAPPER.readTree(path(name).toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The texts that the reference tokenizer was trained on. */
  static List<String> trainingTexts() {
    try (var lines = Files.lines(path("training.jsonl"))) {
      return lines.map(Golden::text).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Every strange string of the generator, then some training texts. */
  static List<JsonNode> encoded() {
    return stream(json("encoded.json"));
  }

  static List<JsonNode> stream(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).toList();
  }

  static int[] ints(JsonNode array) {
    return IntStream.range(0, array.size()).map(i -> array.get(i).asInt()).toArray();
  }

  private static String text(String line) {
    try {
      return MAPPER.readTree(line).path("text").asText();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
