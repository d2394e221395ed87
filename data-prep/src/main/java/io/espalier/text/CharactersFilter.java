package io.espalier.text;

import com.fasterxml.jackson.annotation.JsonTypeName;
import io.espalier.config.Rule;
import java.util.Optional;

/**
 * Drops texts by what characters they are made of. Shares are of all characters that aren't white
 * space, unless it says otherwise.
 *
 * @param maximumSymbols share of what is neither letter, mark, digit nor punctuation, and of
 *     ASCII's symbols
 * @param maximumDigits share of digits
 * @param maximumUppercase share of upper-case letters among letters that have a case
 * @param maximumReplacements share of U+FFFD: what was lost where the encoding was taken for
 *     another
 * @param maximumLineCharacters of the longest line
 * @param longWordCharacters from which on a word in ASCII that is no URL counts as long
 * @param maximumLongWords share of characters in long words: base 64, hexadecimal digits, hashes
 * @param minimumEntropyBits per character, of the frequencies of characters; English has about 4.2
 */
@JsonTypeName("characters")
public record CharactersFilter(
    double maximumSymbols,
    double maximumDigits,
    double maximumUppercase,
    double maximumReplacements,
    int maximumLineCharacters,
    int longWordCharacters,
    double maximumLongWords,
    double minimumEntropyBits)
    implements DocumentFilter {

  public CharactersFilter {
    Rule.between("maximum_symbols", maximumSymbols, 0, 1);
    Rule.between("maximum_digits", maximumDigits, 0, 1);
    Rule.between("maximum_uppercase", maximumUppercase, 0, 1);
    Rule.between("maximum_replacements", maximumReplacements, 0, 1);
    Rule.positive("maximum_line_characters", maximumLineCharacters);
    Rule.positive("long_word_characters", longWordCharacters);
    Rule.between("maximum_long_words", maximumLongWords, 0, 1);
    Rule.notNegative("minimum_entropy_bits", minimumEntropyBits);
  }

  @Override
  public Optional<Rejection> reasonToReject(String text) {
    CharacterCounts counts = CharacterCounts.of(text, longWordCharacters);
    return new Limits()
        .atMost(
            "replacement_characters",
            "maximum_replacements",
            maximumReplacements,
            counts::replacements)
        .atMost("long_line", "maximum_line_characters", maximumLineCharacters, counts::longestLine)
        .atLeast(
            "few_different_characters", "minimum_entropy_bits", minimumEntropyBits, counts::entropy)
        .atMost("gibberish", "maximum_long_words", maximumLongWords, counts::longWords)
        .atMost("symbols", "maximum_symbols", maximumSymbols, counts::symbols)
        .atMost("digits", "maximum_digits", maximumDigits, counts::digits)
        .atMost("uppercase", "maximum_uppercase", maximumUppercase, counts::uppercase)
        .rejection();
  }
}
