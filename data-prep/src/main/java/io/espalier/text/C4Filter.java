package io.espalier.text;

import com.fasterxml.jackson.annotation.JsonTypeName;
import io.espalier.config.Rule;
import java.util.Locale;
import java.util.Optional;

/**
 * Drops texts by C4's rules for pages (Raffel et al. 2020, section 2.2); its rules for lines are
 * those of {@link BoilerplateLinesEdit}. The list of bad words isn't here: it drops texts about
 * minorities and medicine more often than others (Dodge et al. 2021).
 *
 * @param minimumSentences a run of sentence ends before white space or the text's end closes one
 * @param curlyBracket whether a text with <code>{</code> goes
 * @param loremIpsum whether a text with {@code lorem ipsum} goes
 */
@JsonTypeName("c4")
public record C4Filter(int minimumSentences, boolean curlyBracket, boolean loremIpsum)
    implements DocumentFilter {

  public C4Filter {
    Rule.notNegative("minimum_sentences", minimumSentences);
  }

  @Override
  public Optional<Rejection> reasonToReject(String text) {
    if (curlyBracket && text.indexOf('{') >= 0) {
      return rejection("curly_bracket", "{ at character %d, curly_bracket is true", text, "{");
    }
    if (loremIpsum && text.toLowerCase(Locale.ROOT).contains("lorem ipsum")) {
      return rejection(
          "lorem_ipsum",
          "the words begin at character %d, lorem_ipsum is true",
          text,
          "lorem ipsum");
    }
    return new Limits()
        .atLeast("few_sentences", "minimum_sentences", minimumSentences, () -> sentences(text))
        .rejection();
  }

  private static Optional<Rejection> rejection(
      String reason, String detail, String text, String words) {
    int index = text.toLowerCase(Locale.ROOT).indexOf(words);
    return Optional.of(new Rejection(reason, detail.formatted(index)));
  }

  /** Sentences up to what is asked for. */
  private int sentences(String text) {
    int sentences = 0;
    for (int i = 0; i < text.length() && sentences < minimumSentences; i++) {
      char c = text.charAt(i);
      boolean ends = c == '.' || c == '!' || c == '?';
      boolean wide = c == '。' || c == '！' || c == '？' || c == '।';
      if (wide || (ends && (i + 1 == text.length() || isAfterSentence(text.charAt(i + 1))))) {
        sentences++;
      }
    }
    return sentences;
  }

  private static boolean isAfterSentence(char c) {
    return Character.isWhitespace(c) || "\"')]”’".indexOf(c) >= 0;
  }
}
