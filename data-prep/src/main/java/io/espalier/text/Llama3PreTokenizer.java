package io.espalier.text;

/**
 * Cuts text by the pattern of Llama 3 (also that of OpenAI's cl100k, and with single digits that of
 * Qwen 2), as it stands in their tokenizer.json:
 *
 * <pre>{@code
 * (?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*
 *   |\s*[\r\n]+|\s+(?!\S)|\s+
 * }</pre>
 *
 * <p>A scanner with the reference's Unicode classes, as {@link Gpt2PreTokenizer} is. The pieces
 * joined are the text. Thread-safe.
 */
final class Llama3PreTokenizer {
  /** The long s: upper and lower case of one letter with s, so {@code (?i:'s)} matches it too. */
  private static final char LONG_S = '\u017f';

  private Llama3PreTokenizer() {}

  /**
   * Where the piece that begins at {@code start} ends; unpaired surrogates must be gone.
   *
   * @param mostDigits in one piece: 3 or 1
   */
  static int endOfPiece(String text, int start, int mostDigits) {
    char first = text.charAt(start);
    if (first == '\'') {
      int length = contractionLength(text, start);
      if (length > 0) {
        return start + length;
      }
    }
    int second = start + lengthAt(text, start);
    byte classOfFirst = classAt(text, start);
    byte classOfSecond = second < text.length() ? classAt(text, second) : -1;
    if (classOfFirst == CharacterClasses.LETTER) {
      return endOfRun(text, second, CharacterClasses.LETTER);
    }
    if (classOfFirst == CharacterClasses.NUMBER) {
      return endOfDigits(text, second, mostDigits - 1);
    }
    if (classOfSecond == CharacterClasses.LETTER && !isLineEnd(first)) {
      return endOfRun(text, second, CharacterClasses.LETTER);
    }
    if (classOfFirst == CharacterClasses.OTHER
        || (first == ' ' && classOfSecond == CharacterClasses.OTHER)) {
      return endOfLineEnds(text, endOfRun(text, second, CharacterClasses.OTHER));
    }
    return endOfSpace(text, start, endOfRun(text, second, CharacterClasses.SPACE));
  }

  /** White space up to its last line end; without one, all but what belongs to the next piece. */
  private static int endOfSpace(String text, int start, int end) {
    for (int i = end; i > start; i--) {
      if (isLineEnd(text.charAt(i - 1))) {
        return i;
      }
    }
    // White space is in the basic plane: one UTF-16 unit each.
    return end < text.length() && end - start > 1 ? end - 1 : end;
  }

  private static int endOfRun(String text, int from, byte wanted) {
    int end = from;
    while (end < text.length() && classAt(text, end) == wanted) {
      end += lengthAt(text, end);
    }
    return end;
  }

  private static int endOfDigits(String text, int from, int most) {
    int end = from;
    for (int i = 0; i < most && end < text.length(); i++) {
      if (classAt(text, end) != CharacterClasses.NUMBER) {
        break;
      }
      end += lengthAt(text, end);
    }
    return end;
  }

  private static int endOfLineEnds(String text, int from) {
    int end = from;
    while (end < text.length() && isLineEnd(text.charAt(end))) {
      end++;
    }
    return end;
  }

  private static boolean isLineEnd(char c) {
    return c == '\n' || c == '\r';
  }

  private static byte classAt(String text, int index) {
    char c = text.charAt(index);
    return CharacterClasses.of(Character.isHighSurrogate(c) ? text.codePointAt(index) : c);
  }

  private static int lengthAt(String text, int index) {
    return Character.isHighSurrogate(text.charAt(index)) ? 2 : 1;
  }

  private static int contractionLength(String text, int start) {
    char second = start + 1 < text.length() ? lower(text.charAt(start + 1)) : 0;
    char third = start + 2 < text.length() ? lower(text.charAt(start + 2)) : 0;
    return switch (second) {
      case 's', 't', 'm', 'd', LONG_S -> 2;
      case 'r', 'v' -> third == 'e' ? 3 : 0;
      case 'l' -> third == 'l' ? 3 : 0;
      default -> 0;
    };
  }

  private static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char) (c + ('a' - 'A')) : c;
  }
}
