package io.espalier.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The terms of a text: its words in lower case, without English stop words, all numbers as one term
 * (c-BTM). A word has two letters at least; an ideograph is a word of its own. Thread-safe.
 */
final class Terms {
  /** What every run of digits becomes. */
  static final String NUMBER = "0";

  /** A longer run is data, or text without spaces, and would hardly come again. */
  private static final int LONGEST = 32;

  private static final Set<String> STOP_WORDS = stopWords();

  private Terms() {}

  /** Term → how often it occurs among the text's first characters, in the order of first use. */
  static Map<String, Integer> counts(String text, int characters) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    int end = Math.min(text.length(), characters);
    StringBuilder word = new StringBuilder();
    for (int i = 0; i < end; ) {
      int point = text.codePointAt(i);
      i += Character.charCount(point);
      if (Character.isIdeographic(point)) {
        flush(word, counts);
        add(Character.toString(point), counts);
      } else if (isPartOfWord(point)) {
        word.appendCodePoint(Character.toLowerCase(point));
      } else {
        flush(word, counts);
      }
    }
    flush(word, counts);
    return counts;
  }

  private static boolean isPartOfWord(int point) {
    return Character.isLetterOrDigit(point)
        || Character.getType(point) == Character.NON_SPACING_MARK
        || Character.getType(point) == Character.COMBINING_SPACING_MARK;
  }

  private static void flush(StringBuilder word, Map<String, Integer> counts) {
    if (word.length() == 0) {
      return;
    }
    if (Character.isDigit(word.codePointAt(0))) {
      add(NUMBER, counts);
    } else if (word.length() >= 2 && word.length() <= LONGEST) {
      String term = word.toString();
      if (!STOP_WORDS.contains(term)) {
        add(term, counts);
      }
    }
    word.setLength(0);
  }

  private static void add(String term, Map<String, Integer> counts) {
    counts.merge(term, 1, Integer::sum);
  }

  private static Set<String> stopWords() {
    try (InputStream in =
        Objects.requireNonNull(Terms.class.getResourceAsStream("stop-words.txt"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .flatMap(line -> java.util.Arrays.stream(line.split(" ", -1)))
          .collect(Collectors.toUnmodifiableSet());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the stop words", e);
    }
  }
}
