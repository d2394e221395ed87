package io.espalier.text;

import opennlp.tools.util.normalizer.TwitterCharSequenceNormalizer;
import opennlp.tools.util.normalizer.UrlCharSequenceNormalizer;

/**
 * What Apache OpenNLP's language detector makes of a text before it looks at n-grams: without
 * symbols, addresses, mentions, faces, laughter and numbers, repetitions shortened, in lower case.
 * The library's regular expressions are only asked where they could match; four of them are loops
 * here.
 */
final class LanguageText {
  /** The library's pattern for symbols covers the hyphen and these. */
  private static final int FIRST_SYMBOL = 0xD83C;

  private static final int LAST_SYMBOL = 0x10FC00;

  private LanguageText() {}

  /** The text as the detector takes it apart. */
  static String of(String text) {
    String plain = withoutSymbols(text);
    if (plain.indexOf('@') >= 0 || plain.contains("://")) {
      plain = UrlCharSequenceNormalizer.getInstance().normalize(plain).toString();
    }
    if (mayHaveChatter(plain)) {
      plain = TwitterCharSequenceNormalizer.getInstance().normalize(plain).toString();
    }
    String shrunk = withoutRepetitions(withoutSpaces(withoutNumbers(plain))).trim();
    return lowerCase(shrunk);
  }

  /** Each run of symbols becomes a space. */
  private static String withoutSymbols(String text) {
    StringBuilder out = new StringBuilder(text.length());
    boolean symbol = false;
    int c;
    for (int i = 0; i < text.length(); i += Character.charCount(c)) {
      c = text.codePointAt(i);
      boolean next = c == '-' || (c >= FIRST_SYMBOL && c <= LAST_SYMBOL);
      if (!next) {
        out.appendCodePoint(c);
      } else if (!symbol) {
        out.append(' ');
      }
      symbol = next;
    }
    return out.toString();
  }

  /** A mention, a tag, "rt", a face such as :-) or xD, or laughter such as haha. */
  private static boolean mayHaveChatter(String text) {
    char before = ' ';
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      char next = i + 1 < text.length() ? text.charAt(i + 1) : ' ';
      char afterNext = i + 2 < text.length() ? text.charAt(i + 2) : ' ';
      boolean chatter =
          switch (c) {
            case '@', '#' -> true;
            case ':', ';', 'x', 'X' -> isFace(next == '-' ? afterNext : next);
            case 'r', 'R' -> (next | ' ') == 't' && !isLetter(before);
            case 'a', 'e', 'i', 'o', 'u', 'A', 'E', 'I', 'O', 'U' ->
                isLaughter(before, c, next, afterNext);
            default -> false;
          };
      if (chatter) {
        return true;
      }
      before = c;
    }
    return false;
  }

  private static boolean isFace(char mouth) {
    return "()dopDOP".indexOf(mouth) >= 0;
  }

  /** A vowel behind h, j or a vowel, then h or j, and more of these or the vowel again. */
  private static boolean isLaughter(char before, char vowel, char next, char afterNext) {
    return isBreath(next)
        && (isBreath(afterNext) || (afterNext | ' ') == (vowel | ' '))
        && "hjaeiouHJAEIOU".indexOf(before) >= 0;
  }

  private static boolean isBreath(char c) {
    return (c | ' ') == 'h' || (c | ' ') == 'j';
  }

  private static boolean isLetter(char c) {
    return ((c | ' ') >= 'a' && (c | ' ') <= 'z');
  }

  /** Each run of digits becomes a space. */
  private static String withoutNumbers(String text) {
    StringBuilder out = new StringBuilder(text.length());
    boolean number = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean digit = c >= '0' && c <= '9';
      if (!digit) {
        out.append(c);
      } else if (!number) {
        out.append(' ');
      }
      number = digit;
    }
    return out.toString();
  }

  /** Each run of two white spaces or more becomes one space; one alone stays what it is. */
  private static String withoutSpaces(String text) {
    StringBuilder out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); ) {
      int end = i;
      while (end < text.length() && isSpace(text.charAt(end))) {
        end++;
      }
      if (end - i > 1) {
        out.append(' ');
        i = end;
      } else {
        out.append(text.charAt(i++));
      }
    }
    return out.toString();
  }

  private static boolean isSpace(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
  }

  /** Each run of three or more times the same character becomes twice its first. */
  private static String withoutRepetitions(String text) {
    StringBuilder out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); ) {
      int first = text.codePointAt(i);
      int size = Character.charCount(first);
      int end = i + size;
      while (end < text.length() && isSame(first, text.codePointAt(end))) {
        end += Character.charCount(text.codePointAt(end));
      }
      boolean shortened = end - i > 2 * size && !isLineEnd(first);
      int times = shortened ? 2 : 1;
      for (int time = 0; time < times; time++) {
        out.appendCodePoint(first);
      }
      i = shortened ? end : i + size;
    }
    return out.toString();
  }

  /** Case counts outside ASCII. */
  private static boolean isSame(int first, int other) {
    return first == other
        || (first < 0x80
            && other < 0x80
            && Character.toLowerCase(first) == Character.toLowerCase(other));
  }

  private static boolean isLineEnd(int c) {
    return c == '\n' || c == '\r' || c == 0x85 || c == 0x2028 || c == 0x2029;
  }

  /** Character by character, as the library does it: no character becomes two. */
  private static String lowerCase(String text) {
    StringBuilder out = new StringBuilder(text.length());
    int c;
    for (int i = 0; i < text.length(); i += Character.charCount(c)) {
      c = text.codePointAt(i);
      out.appendCodePoint(Character.toLowerCase(c));
    }
    return out.toString();
  }
}
