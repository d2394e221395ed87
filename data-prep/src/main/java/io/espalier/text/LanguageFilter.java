package io.espalier.text;

import com.fasterxml.jackson.annotation.JsonTypeName;
import io.espalier.config.ConfigException;
import io.espalier.config.Rule;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Drops texts in other languages than those given, as far as a sample of them tells.
 *
 * @param languages two letters each (ISO 639-1); three (ISO 639-3) where a language has no two
 * @param minimumConfidence below it the language counts as unknown; the probability is spread over
 *     103 languages, so a sure answer may well have 0.3
 * @param keepUnknown what becomes of texts whose language is unknown: very short ones, tables, code
 * @param sampleCharacters that are looked at, in three pieces, from beginning, middle and end; the
 *     cost of the filter
 */
@JsonTypeName("language")
public record LanguageFilter(
    List<String> languages, double minimumConfidence, boolean keepUnknown, int sampleCharacters)
    implements DocumentFilter {
  /** The language of a text whose language can't be told. */
  public static final String UNKNOWN = "unknown";

  private static final int PIECES = 3;

  public LanguageFilter {
    languages = List.copyOf(languages);
    if (languages.isEmpty()) {
      throw new ConfigException("languages is empty but must name at least one; [en] would work");
    }
    Rule.between("minimum_confidence", minimumConfidence, 0, 1);
    Rule.between("sample_characters", sampleCharacters, 30, 1_000_000);
    Set<String> known = Language.known();
    for (String language : languages) {
      if (!known.contains(language)) {
        throw new ConfigException(
            "languages has %s but must be among: %s".formatted(language, String.join(", ", known)));
      }
    }
  }

  @Override
  public Optional<Rejection> reasonToReject(String text) {
    return verdict(text).rejection();
  }

  /** A text in a language below the confidence is in {@link #UNKNOWN}. */
  @Override
  public Verdict verdict(String text) {
    Language language = Language.of(sample(text));
    boolean sure = language.confidence() >= minimumConfidence;
    return new Verdict(reason(language), sure ? language.code() : UNKNOWN);
  }

  private Optional<Rejection> reason(Language language) {
    if (language.confidence() < minimumConfidence) {
      return keepUnknown
          ? Optional.empty()
          : Optional.of(new Rejection("unknown_language", detail(language)));
    }
    return languages.contains(language.code())
        ? Optional.empty()
        : Optional.of(new Rejection("other_language", detail(language)));
  }

  private String detail(Language language) {
    return String.format(
        Locale.ROOT,
        "%s with confidence %.3f, languages are %s, minimum_confidence is %s",
        language.code(),
        language.confidence(),
        String.join(", ", languages),
        minimumConfidence);
  }

  private String sample(String text) {
    if (text.length() <= sampleCharacters) {
      return text;
    }
    int piece = sampleCharacters / PIECES;
    StringBuilder sample = new StringBuilder(sampleCharacters + PIECES);
    for (int i = 0; i < PIECES; i++) {
      int start = (int) ((long) (text.length() - piece) * i / (PIECES - 1));
      sample.append(text, start, start + piece).append(' ');
    }
    return WellFormed.text(sample.toString());
  }
}
