package io.espalier.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The pages that people read, taken apart. */
final class DocumentationPages {
  /** The folder of the sources. */
  static final Path HOME = Path.of("..").toAbsolutePath().normalize();

  private static final List<String> SINGLE =
      List.of("README.md", "CONTRIBUTING.md", "benchmarks.md", "notebooks/README.md");

  private static final Pattern EXAMPLES = Pattern.compile("(?m)^<!-- examples: (.*) -->$");
  private static final Pattern BLOCK =
      Pattern.compile("(?ms)^ *```(?<language>\\w*)\\n(?<text>.*?)^ *```$");
  private static final Pattern INLINE = Pattern.compile("`([^`\\n]+)`");
  private static final Pattern LINK = Pattern.compile("\\[[^\\]\\n]*\\]\\(([^)\\s]+)\\)");
  private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");

  private DocumentationPages() {}

  /** A page by its path below the sources. */
  record Page(String name, String text) {
    /** Fenced blocks of a language; "" = those without one. */
    List<String> blocks(String language) {
      return BLOCK
          .matcher(text)
          .results()
          .filter(block -> block.group(1).equals(language))
          .map(block -> block.group(2))
          .toList();
    }

    /** The page without its blocks. */
    String prose() {
      return BLOCK.matcher(text).replaceAll("");
    }

    /** What stands in backticks within the prose. */
    List<String> inline() {
      return INLINE.matcher(prose()).results().map(code -> code.group(1)).toList();
    }

    /** Targets of links, those to other sites left out. */
    List<String> links() {
      return LINK.matcher(INLINE.matcher(prose()).replaceAll("code"))
          .results()
          .map(link -> link.group(1))
          .filter(target -> !target.matches("[a-z]+:.*"))
          .toList();
    }

    /** The file that a link leads to. */
    Path target(String link) {
      String file = link.replaceFirst("#.*", "");
      Path page = HOME.resolve(name);
      return file.isEmpty() ? page : page.resolveSibling(file).normalize();
    }

    /** Headings as links name them. */
    List<String> anchors() {
      return HEADING
          .matcher(BLOCK.matcher(text).replaceAll(""))
          .results()
          .map(heading -> anchor(heading.group(1)))
          .toList();
    }

    /** Beginnings of paths that are the reader's, not ours. */
    List<String> examples() {
      Matcher declared = EXAMPLES.matcher(text);
      return declared.find() ? Arrays.asList(declared.group(1).split(" ", -1)) : List.of();
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Page> all() {
    try (Stream<Path> docs = Files.list(HOME.resolve("docs"))) {
      List<String> names = new ArrayList<>(SINGLE);
      docs.filter(file -> file.toString().endsWith(".md"))
          .map(file -> "docs/" + file.getFileName())
          .sorted()
          .forEach(names::add);
      return names.stream().map(DocumentationPages::page);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Page page(String name) {
    try {
      return new Page(name, Files.readString(HOME.resolve(name)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The arguments of espalier in a line that a shell would take, or nothing if it is another
   * program's. What is behind a pipe, a redirection or a comment isn't espalier's.
   */
  static Optional<List<String>> arguments(String line) {
    String command = line.strip();
    if (!command.matches("(bin/)?espalier .*")) {
      return Optional.empty();
    }
    List<String> words = words(command);
    return Optional.of(words.subList(1, words.size()));
  }

  private static List<String> words(String line) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    boolean within = false;
    char quote = 0;
    for (char c : (line + " ").toCharArray()) {
      if (quote != 0) {
        if (c == quote) {
          quote = 0;
        } else {
          word.append(c);
        }
      } else if (c == '\'' || c == '"') {
        quote = c;
        within = true;
      } else if (Character.isWhitespace(c)) {
        if (within) {
          words.add(word.toString());
        }
        word.setLength(0);
        within = false;
      } else if ((!within && "#|<>&;".indexOf(c) >= 0)
          || (c == '>' && word.toString().matches("\\d"))) { // 2> is no argument either
        return words;
      } else {
        word.append(c);
        within = true;
      }
    }
    return words;
  }

  private static String anchor(String heading) {
    return heading
        .toLowerCase(java.util.Locale.ROOT)
        .replaceAll("[^\\p{L}\\p{N} _-]", "")
        .replace(' ', '-');
  }
}
