package io.espalier.job;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** Some documents of the sample corpus: real text for tests that must be over in seconds. */
final class SampleText {
  private static final Path SAMPLES = Path.of("../data-prep/samples");

  private SampleText() {}

  /**
   * Records of a domain as they lie in the sample corpus.
   *
   * @param role {@code train} or {@code eval}
   */
  static List<String> documents(String role, String domain, int first, int number) {
    Path file = SAMPLES.resolve(role).resolve(domain).resolve(domain + ".jsonl.gz");
    try (var in = new GZIPInputStream(Files.newInputStream(file));
        var lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      return lines.lines().skip(first).limit(number).toList();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** Writes records to a file and returns it. */
  static Path write(Path file, List<String> documents) throws IOException {
    Files.createDirectories(file.getParent());
    return Files.write(file, documents);
  }
}
