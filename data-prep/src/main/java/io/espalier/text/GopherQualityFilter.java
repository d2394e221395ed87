package io.espalier.text;

import com.fasterxml.jackson.annotation.JsonTypeName;
import io.espalier.config.ConfigException;
import io.espalier.config.Rule;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Drops texts that aren't running language, by the quality rules of Gopher (Rae et al. 2021,
 * section A.1.1). Words are what white space divides, so the rules suit languages that write so.
 *
 * @param minimumMeanWordLength characters
 * @param maximumSymbolWordRatio number signs and ellipses per word
 * @param maximumBulletLines share of lines that begin with a bullet
 * @param maximumEllipsisLines share of lines that end with an ellipsis
 * @param minimumAlphabeticWords share of words with a letter in them
 * @param minimumStopWords how many different ones of {@code stopWords} must occur
 */
@JsonTypeName("gopher_quality")
public record GopherQualityFilter(
    int minimumWords,
    int maximumWords,
    double minimumMeanWordLength,
    double maximumMeanWordLength,
    double maximumSymbolWordRatio,
    double maximumBulletLines,
    double maximumEllipsisLines,
    double minimumAlphabeticWords,
    int minimumStopWords,
    List<String> stopWords)
    implements DocumentFilter {
  private static final int LONGEST_STOP_WORD = 24;

  public GopherQualityFilter {
    stopWords = stopWords.stream().map(word -> word.toLowerCase(Locale.ROOT)).toList();
    Rule.notNegative("minimum_words", minimumWords);
    if (maximumWords < Math.max(1, minimumWords)) {
      throw new ConfigException(
          "maximum_words is %d but must be at least minimum_words (%d) and 1"
              .formatted(maximumWords, minimumWords));
    }
    Rule.notNegative("minimum_mean_word_length", minimumMeanWordLength);
    Rule.positive("maximum_mean_word_length", maximumMeanWordLength);
    Rule.notNegative("maximum_symbol_word_ratio", maximumSymbolWordRatio);
    Rule.between("maximum_bullet_lines", maximumBulletLines, 0, 1);
    Rule.between("maximum_ellipsis_lines", maximumEllipsisLines, 0, 1);
    Rule.between("minimum_alphabetic_words", minimumAlphabeticWords, 0, 1);
    Rule.between("minimum_stop_words", minimumStopWords, 0, stopWords.size());
  }

  @Override
  public Optional<Rejection> reasonToReject(String text) {
    WordSpans words = WordSpans.of(text);
    int count = words.count();
    double mean = share(words.characters(), count);
    LineShares lines = LineShares.of(text);
    return new Limits()
        .atLeast("too_few_words", "minimum_words", minimumWords, () -> count)
        .atMost("too_many_words", "maximum_words", maximumWords, () -> count)
        .atLeast("short_words", "minimum_mean_word_length", minimumMeanWordLength, () -> mean)
        .atMost("long_words", "maximum_mean_word_length", maximumMeanWordLength, () -> mean)
        .atMost(
            "symbols",
            "maximum_symbol_word_ratio",
            maximumSymbolWordRatio,
            () -> share(symbols(text), count))
        .atMost("bullet_lines", "maximum_bullet_lines", maximumBulletLines, lines::bullets)
        .atMost("ellipsis_lines", "maximum_ellipsis_lines", maximumEllipsisLines, lines::ellipses)
        .atLeast(
            "few_alphabetic_words",
            "minimum_alphabetic_words",
            minimumAlphabeticWords,
            () -> share(alphabetic(words), count))
        .atLeast("few_stop_words", "minimum_stop_words", minimumStopWords, () -> found(text, words))
        .rejection();
  }

  private static long alphabetic(WordSpans words) {
    long alphabetic = 0;
    for (int word = 0; word < words.count(); word++) {
      alphabetic += words.hasLetter(word) ? 1 : 0;
    }
    return alphabetic;
  }

  private static long symbols(String text) {
    long symbols = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '#' || c == '…') {
        symbols++;
      } else if (c == '.' && text.startsWith("...", i)) {
        symbols++;
        i += 2;
      }
    }
    return symbols;
  }

  /** Different stop words; enough is enough. */
  private int found(String text, WordSpans words) {
    Set<String> found = new HashSet<>();
    for (int word = 0; word < words.count() && found.size() < minimumStopWords; word++) {
      int start = words.start(word);
      int end = words.end(word);
      while (start < end && !Character.isLetter(text.charAt(start))) {
        start++;
      }
      while (end > start && !Character.isLetter(text.charAt(end - 1))) {
        end--;
      }
      if (end > start && end - start <= LONGEST_STOP_WORD) {
        String bare = text.substring(start, end).toLowerCase(Locale.ROOT);
        if (stopWords.contains(bare)) {
          found.add(bare);
        }
      }
    }
    return found.size();
  }

  private static double share(long part, long whole) {
    return whole == 0 ? 0 : (double) part / whole;
  }
}
