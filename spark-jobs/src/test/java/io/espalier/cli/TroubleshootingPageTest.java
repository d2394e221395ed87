package io.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The sentences on the page are those of the program. */
class TroubleshootingPageTest {
  /** Two literals that are one text. */
  private static final Pattern JOINED =
      Pattern.compile("\"\\s*(\\.formatted\\([^;]*?\\)\\s*)?\\+\\s*\"|\\\\\\n ?");

  private static final Pattern FORMAT = Pattern.compile("%[\\d$,.]*[a-z]|\\\\|\\$\\{[^}]*}");

  @Test
  void everySentenceStandsInTheSources() throws IOException {
    String sources = sources();
    List<String> sentences =
        DocumentationPages.page("docs/troubleshooting.md")
            .text()
            .lines()
            .filter(line -> line.startsWith("### "))
            .map(line -> line.substring(4))
            .toList();
    assertThat(sentences).hasSizeGreaterThan(20);
    for (String sentence : sentences) {
      for (String part : sentence.split("…", -1)) {
        assertThat(sources.contains(part.strip())).as("'%s' of: %s", part, sentence).isTrue();
      }
    }
  }

  private static String sources() throws IOException {
    try (Stream<Path> files =
        Stream.of("data-prep/src/main", "spark-jobs/src/main", "bin/espalier")
            .map(DocumentationPages.HOME::resolve)
            .flatMap(TroubleshootingPageTest::below)) {
      String all = files.map(TroubleshootingPageTest::text).collect(Collectors.joining("\n"));
      return FORMAT.matcher(JOINED.matcher(all).replaceAll("")).replaceAll("…").replace("%%", "%");
    }
  }

  private static Stream<Path> below(Path root) {
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .filter(file -> file.toString().matches(".*(\\.java|bin/espalier)"))
          .toList()
          .stream();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
