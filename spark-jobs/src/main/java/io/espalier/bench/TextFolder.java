package io.espalier.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.espalier.config.ConfigException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/**
 * The texts of a folder, read without Spark: JSON lines with a field {@code text}, and plain text
 * files, gzip or not. Other files are passed over.
 */
final class TextFolder {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private TextFolder() {}

  /** All texts in memory, in the order of the files' names. */
  static List<String> read(Path folder) {
    if (!Files.exists(folder)) {
      throw new ConfigException("%s does not exist".formatted(folder));
    }
    try (Stream<Path> files = Files.walk(folder)) {
      List<String> texts =
          files.filter(Files::isRegularFile).sorted().flatMap(TextFolder::texts).toList();
      if (texts.isEmpty()) {
        throw new ConfigException(
            "%s holds no text: files named .jsonl, .json, .txt or these with .gz would work"
                .formatted(folder));
      }
      return texts;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<String> texts(Path file) {
    String name = file.getFileName().toString();
    boolean gzip = name.endsWith(".gz");
    String format = gzip ? name.substring(0, name.length() - ".gz".length()) : name;
    try {
      if (format.endsWith(".txt")) {
        try (InputStream in = open(file, gzip)) {
          return Stream.of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
      }
      return format.endsWith(".jsonl") || format.endsWith(".json")
          ? jsonLines(file, gzip)
          : Stream.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + file, e);
    }
  }

  private static Stream<String> jsonLines(Path file, boolean gzip) throws IOException {
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(open(file, gzip), StandardCharsets.UTF_8))) {
      return in.lines().map(TextFolder::text).filter(text -> !text.isEmpty()).toList().stream();
    }
  }

  private static InputStream open(Path file, boolean gzip) throws IOException {
    InputStream in = Files.newInputStream(file);
    return gzip ? new GZIPInputStream(in) : in;
  }

  private static String text(String line) {
    try {
      return MAPPER.readTree(line).path("text").asText();
    } catch (IOException e) {
      return "";
    }
  }
}
