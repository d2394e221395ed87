package io.espalier.text;

import static io.espalier.text.PersonalData.NONE;

import java.util.List;

/** E-mail addresses, telephone numbers, addresses of personal pages. */
final class Contacts {
  private static final int LONGEST_LOCAL_PART = 64;
  private static final int LONGEST_DOMAIN = 255;
  private static final int LONGEST_URL = 2048;

  /** What stands before a person's name or number. */
  private static final List<String> PROFILES =
      List.of(
          "/user/",
          "/users/",
          "/profile/",
          "/profiles/",
          "/people/",
          "/member/",
          "/members/",
          "/u/",
          "/~",
          "/@",
          "user=",
          "userid=",
          "user_id=",
          "uid=");

  private Contacts() {}

  static int email(String text, int start) {
    int at = start;
    while (at < text.length() && at - start <= LONGEST_LOCAL_PART && isLocal(text.charAt(at))) {
      at++;
    }
    boolean local = at > start && at - start <= LONGEST_LOCAL_PART;
    return local && at < text.length() && text.charAt(at) == '@' ? domainEnd(text, at + 1) : NONE;
  }

  private static boolean isLocal(char c) {
    return PersonalData.isWord(c) || "._%+-".indexOf(c) >= 0;
  }

  /** End of a host name with at least two parts, the last of letters. */
  private static int domainEnd(String text, int start) {
    int end = NONE;
    int labels = 0;
    for (int label = start; label - start < LONGEST_DOMAIN; labels++) {
      int labelEnd = label;
      boolean letters = true;
      while (labelEnd < text.length() && labelEnd - label < 64 && isHost(text.charAt(labelEnd))) {
        letters &= Character.isLetter(text.charAt(labelEnd));
        labelEnd++;
      }
      if (labelEnd - label >= 2 && letters && labels > 0) {
        end = labelEnd;
      }
      if (labelEnd == label || labelEnd >= text.length() || text.charAt(labelEnd) != '.') {
        return end;
      }
      label = labelEnd + 1;
    }
    return end;
  }

  private static boolean isHost(char c) {
    return PersonalData.isWord(c) || c == '-';
  }

  static int profileUrl(String text, int start) {
    if (!text.startsWith("http://", start) && !text.startsWith("https://", start)) {
      return NONE;
    }
    // A scheme begins the next address, so that no stretch of them is read many times.
    int end = text.indexOf(':', start) + 3;
    while (end < text.length()
        && end - start < LONGEST_URL
        && isUrl(text.charAt(end))
        && !text.startsWith("://", end)) {
      end++;
    }
    while (".,;:!?'".indexOf(text.charAt(end - 1)) >= 0) {
      end--;
    }
    String url = text.substring(start, end);
    return PROFILES.stream().anyMatch(url::contains) ? end : NONE;
  }

  private static boolean isUrl(char c) {
    return c > ' ' && c < 0x7F && "<>\"[]{}|\\^`()".indexOf(c) < 0;
  }

  static int phone(String text, int start, boolean verify) {
    char c = text.charAt(start);
    if (c == '+') {
      return international(text, start, verify);
    }
    int national = text.startsWith("1-", start) || text.startsWith("1.", start) ? start + 2 : start;
    return c == '-' ? NONE : northAmerican(text, national, verify);
  }

  /** A plus sign and 8 to 15 digits (ITU-T E.164), with single signs between. */
  private static int international(String text, int start, boolean verify) {
    if (text.startsWith("+1", start)) {
      int from = start + 2;
      int skipped = from < text.length() && " -.".indexOf(text.charAt(from)) >= 0 ? from + 1 : from;
      int end = northAmerican(text, skipped, verify);
      return end == NONE ? run(text, start + 1, 11) : end;
    }
    return run(text, start + 1, 15);
  }

  private static int run(String text, int start, int mostDigits) {
    int digits = 0;
    int end = NONE;
    int i = start;
    for (int signs = 0; i < text.length() && signs < 3; i++) {
      char c = text.charAt(i);
      if (PersonalData.isDigit(text, i)) {
        digits++;
        end = i + 1;
        signs = 0;
      } else if ((" -.()/".indexOf(c) >= 0 && i > start) || c == '(') {
        signs++;
      } else {
        break;
      }
      if (digits > mostDigits) {
        return NONE;
      }
    }
    return digits >= 8 && PersonalData.isBoundary(text, end) ? end : NONE;
  }

  /** {@code (ddd) ddd-dddd}, and with the same sign between: {@code ddd-ddd-dddd}. */
  private static int northAmerican(String text, int start, boolean verify) {
    boolean bracket = start < text.length() && text.charAt(start) == '(';
    int area = bracket ? start + 1 : start;
    if (PersonalData.digitsEnd(text, area, 4) != area + 3) {
      return NONE;
    }
    int exchange = bracket ? afterBracket(text, area + 3) : area + 4;
    if (exchange == NONE || PersonalData.digitsEnd(text, exchange, 4) != exchange + 3) {
      return NONE;
    }
    int line = exchange + 4;
    boolean signs = isSign(text, line - 1, bracket) && (bracket || same(text, area + 3, line - 1));
    if (!signs || PersonalData.digitsEnd(text, line, 5) != line + 4) {
      return NONE;
    }
    boolean assigned = text.charAt(area) >= '2' && text.charAt(exchange) >= '2';
    return PersonalData.isBoundary(text, line + 4) && (assigned || !verify) ? line + 4 : NONE;
  }

  private static int afterBracket(String text, int index) {
    if (index >= text.length() || text.charAt(index) != ')') {
      return NONE;
    }
    boolean sign = index + 1 < text.length() && " -".indexOf(text.charAt(index + 1)) >= 0;
    return sign ? index + 2 : index + 1;
  }

  private static boolean isSign(String text, int index, boolean spaceToo) {
    return index < text.length() && (spaceToo ? "-. " : "-.").indexOf(text.charAt(index)) >= 0;
  }

  private static boolean same(String text, int first, int second) {
    return text.charAt(first) == text.charAt(second);
  }
}
