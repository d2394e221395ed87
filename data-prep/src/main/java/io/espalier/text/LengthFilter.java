package io.espalier.text;

import com.fasterxml.jackson.annotation.JsonTypeName;
import io.espalier.config.ConfigException;
import io.espalier.config.Rule;
import java.util.Optional;

/** Drops texts that are too short or too long; characters are Unicode code points. */
@JsonTypeName("length")
public record LengthFilter(int minimumCharacters, int maximumCharacters) implements DocumentFilter {

  public LengthFilter {
    Rule.notNegative("minimum_characters", minimumCharacters);
    if (maximumCharacters < Math.max(1, minimumCharacters)) {
      throw new ConfigException(
          "maximum_characters is %d but must be at least minimum_characters (%d) and 1"
              .formatted(maximumCharacters, minimumCharacters));
    }
  }

  @Override
  public Optional<Rejection> reasonToReject(String text) {
    int characters = text.codePointCount(0, text.length());
    if (characters < minimumCharacters) {
      return Optional.of(rejection("too_short", characters, "minimum", minimumCharacters));
    }
    if (characters > maximumCharacters) {
      return Optional.of(rejection("too_long", characters, "maximum", maximumCharacters));
    }
    return Optional.empty();
  }

  private static Rejection rejection(String reason, int characters, String bound, int limit) {
    return new Rejection(
        reason, "%d characters, %s_characters is %d".formatted(characters, bound, limit));
  }
}
