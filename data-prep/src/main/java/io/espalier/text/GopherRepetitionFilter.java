package io.espalier.text;

import com.fasterxml.jackson.annotation.JsonTypeName;
import io.espalier.config.ConfigException;
import io.espalier.config.Rule;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Drops texts that repeat themselves, by the rules and limits of Gopher (Rae et al. 2021, table
 * A1). Each setting is the largest share that stays.
 *
 * @param duplicateLines of the lines; blank ones don't count
 * @param duplicateLineCharacters of the characters, in lines that occurred before
 * @param duplicateParagraphs as lines, of paragraphs, which blank lines divide
 * @param topNgrams of the characters, in the most frequent 2-gram, 3-gram, 4-gram of words
 * @param duplicatedNgrams of the characters, in 5-grams, 6-grams, …, 10-grams that occurred before
 * @param minimumWords below which n-grams aren't asked: in a verse of ten words any that comes
 *     twice is a large share
 */
@JsonTypeName("gopher_repetition")
public record GopherRepetitionFilter(
    double duplicateLines,
    double duplicateLineCharacters,
    double duplicateParagraphs,
    double duplicateParagraphCharacters,
    List<Double> topNgrams,
    List<Double> duplicatedNgrams,
    int minimumWords)
    implements DocumentFilter {
  private static final int FIRST_TOP = 2;
  private static final int FIRST_DUPLICATED = 5;
  private static final List<String> TOP = names("top_ngrams", FIRST_TOP, 3);
  private static final List<String> DUPLICATED = names("duplicated_ngrams", FIRST_DUPLICATED, 6);

  public GopherRepetitionFilter {
    topNgrams = List.copyOf(topNgrams);
    duplicatedNgrams = List.copyOf(duplicatedNgrams);
    Rule.between("duplicate_lines", duplicateLines, 0, 1);
    Rule.between("duplicate_line_characters", duplicateLineCharacters, 0, 1);
    Rule.between("duplicate_paragraphs", duplicateParagraphs, 0, 1);
    Rule.between("duplicate_paragraph_characters", duplicateParagraphCharacters, 0, 1);
    shares("top_ngrams", topNgrams, TOP.size());
    shares("duplicated_ngrams", duplicatedNgrams, DUPLICATED.size());
    Rule.notNegative("minimum_words", minimumWords);
  }

  private static List<String> names(String key, int first, int size) {
    return IntStream.range(first, first + size)
        .mapToObj(n -> "%s of %d words".formatted(key, n))
        .toList();
  }

  private static void shares(String key, List<Double> shares, int most) {
    if (shares.size() > most) {
      throw new ConfigException(
          "%s has %d limits but must have at most %d, the first for the shortest n-gram"
              .formatted(key, shares.size(), most));
    }
    shares.forEach(share -> Rule.between(key, share, 0, 1));
  }

  @Override
  public Optional<Rejection> reasonToReject(String text) {
    Repetition repetition = new Repetition(text);
    Repetition.Duplicates lines = repetition.lines();
    Repetition.Duplicates paragraphs = repetition.paragraphs();
    Limits limits =
        new Limits()
            .atMost("repeated_lines", "duplicate_lines", duplicateLines, lines::pieces)
            .atMost(
                "repeated_lines",
                "duplicate_line_characters",
                duplicateLineCharacters,
                lines::characters)
            .atMost(
                "repeated_paragraphs",
                "duplicate_paragraphs",
                duplicateParagraphs,
                paragraphs::pieces)
            .atMost(
                "repeated_paragraphs",
                "duplicate_paragraph_characters",
                duplicateParagraphCharacters,
                paragraphs::characters);
    if (repetition.words() >= minimumWords) {
      nGrams(repetition, limits);
    }
    return limits.rejection();
  }

  private void nGrams(Repetition repetition, Limits limits) {
    for (int i = 0; i < topNgrams.size(); i++) {
      int n = FIRST_TOP + i;
      limits.atMost("repeated_n_gram", TOP.get(i), topNgrams.get(i), () -> repetition.topNGram(n));
    }
    for (int i = 0; i < duplicatedNgrams.size(); i++) {
      int n = FIRST_DUPLICATED + i;
      limits.atMost(
          "repeated_n_grams",
          DUPLICATED.get(i),
          duplicatedNgrams.get(i),
          () -> repetition.duplicatedNGrams(n));
    }
  }
}
