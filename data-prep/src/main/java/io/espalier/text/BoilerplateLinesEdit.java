package io.espalier.text;

import com.fasterxml.jackson.annotation.JsonTypeName;
import io.espalier.config.Rule;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Drops lines that are about the page and not of its text. The rules of C4 (Raffel et al. 2020,
 * section 2.2) are all here; those that only suit running prose are off by default, since verse,
 * statutes, chat and code would lose most of their lines.
 *
 * @param phrases a short line with one of them goes; case doesn't matter
 * @param maximumPhraseWords words that a line may have at most to go for a phrase, so that a
 *     paragraph about cookies stays
 * @param terminalPunctuation whether a line must end like a sentence (C4)
 * @param minimumWords of a line (C4: 5); 0 = any
 * @param javascript whether lines with the word go (C4)
 * @param curlyBracket whether lines with <code>{</code> or <code>}</code> go
 * @param loremIpsum whether lines with the placeholder text go
 */
@JsonTypeName("boilerplate_lines")
public record BoilerplateLinesEdit(
    List<String> phrases,
    int maximumPhraseWords,
    boolean terminalPunctuation,
    int minimumWords,
    boolean javascript,
    boolean curlyBracket,
    boolean loremIpsum)
    implements TextEdit {
  private static final String SENTENCE_ENDS = ".!?\"'”’…。！？";

  public BoilerplateLinesEdit {
    phrases = phrases.stream().map(phrase -> phrase.toLowerCase(Locale.ROOT)).toList();
    phrases.forEach(phrase -> Rule.notBlank("phrases", phrase));
    Rule.notNegative("maximum_phrase_words", maximumPhraseWords);
    Rule.notNegative("minimum_words", minimumWords);
  }

  @Override
  public EditedText edit(String text) {
    Map<String, Integer> counts = new TreeMap<>();
    StringBuilder out = new StringBuilder(text.length());
    for (int start = 0; start < text.length(); ) {
      int lineEnd = text.indexOf('\n', start);
      int end = lineEnd < 0 ? text.length() : lineEnd;
      String rule = ruleAgainst(text.substring(start, end).strip());
      if (rule.isEmpty()) {
        out.append(text, start, Math.min(text.length(), end + 1));
      } else {
        counts.merge("boilerplate_lines:" + rule, 1, Integer::sum);
      }
      start = end + 1;
    }
    return counts.isEmpty()
        ? EditedText.unchanged(text)
        : EditedText.changed(out.toString(), counts);
  }

  /** The rule that a line breaks; empty if it stays. Blank lines divide paragraphs and stay. */
  private String ruleAgainst(String line) {
    if (line.isEmpty()) {
      return "";
    }
    if (terminalPunctuation && SENTENCE_ENDS.indexOf(line.charAt(line.length() - 1)) < 0) {
      return "no_sentence_end";
    }
    if (minimumWords > 0 && !hasMoreWords(line, minimumWords - 1)) {
      return "too_few_words";
    }
    if (curlyBracket && (line.indexOf('{') >= 0 || line.indexOf('}') >= 0)) {
      return "curly_bracket";
    }
    return ruleOfWords(line);
  }

  private String ruleOfWords(String line) {
    boolean isShort = !phrases.isEmpty() && !hasMoreWords(line, maximumPhraseWords);
    if (!isShort && !javascript && !loremIpsum) {
      return "";
    }
    String lower = line.toLowerCase(Locale.ROOT);
    if (javascript && lower.contains("javascript")) {
      return "javascript";
    }
    if (loremIpsum && lower.contains("lorem ipsum")) {
      return "lorem_ipsum";
    }
    return isShort && phrases.stream().anyMatch(lower::contains) ? "phrase" : "";
  }

  /** Whether there are more words than that, without counting all of them. */
  private static boolean hasMoreWords(String line, int most) {
    int words = 0;
    boolean inside = false;
    for (int i = 0; i < line.length() && words <= most; i++) {
      boolean letter = !Character.isWhitespace(line.charAt(i));
      if (letter && !inside) {
        words++;
      }
      inside = letter;
    }
    return words > most;
  }
}
