package io.espalier.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * JSON that may stand inside a script element whatever its strings hold: {@code <}, {@code >},
 * {@code &} and the line separators are written as escapes, so that no {@code </script>} or {@code
 * <!--} can appear.
 */
final class EmbeddedJson {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  static {
    MAPPER.getFactory().setCharacterEscapes(new NothingOfHtml());
  }

  private EmbeddedJson() {}

  static String of(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a report's charts always write as JSON", e);
    }
  }

  private static final class NothingOfHtml extends CharacterEscapes {
    private static final long serialVersionUID = 1L;
    private static final char LINE_SEPARATOR = '\u2028';
    private static final char PARAGRAPH_SEPARATOR = '\u2029';

    @Override
    public int[] getEscapeCodesForAscii() {
      int[] codes = CharacterEscapes.standardAsciiEscapesForJSON();
      for (char c : new char[] {'<', '>', '&', '\''}) {
        codes[c] = CharacterEscapes.ESCAPE_CUSTOM;
      }
      return codes;
    }

    @Override
    @SuppressWarnings("NullAway") // Jackson's contract: null means no escape.
    public SerializableString getEscapeSequence(int character) {
      boolean escaped =
          character < 128 || character == LINE_SEPARATOR || character == PARAGRAPH_SEPARATOR;
      return escaped ? new SerializedString("\\u%04x".formatted(character)) : null;
    }
  }
}
