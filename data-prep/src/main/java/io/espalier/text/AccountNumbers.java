package io.espalier.text;

import static io.espalier.text.PersonalData.NONE;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** Bank accounts, cards and social security, by form and check digits. */
final class AccountNumbers {
  /** Length of an IBAN by country (ISO 13616 registry). */
  private static final Map<String, Integer> IBAN_LENGTHS =
      lengths(
          "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18"
              + " DO28 EE20 EG29 ES24 FI18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22"
              + " IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24"
              + " ME22 MK19 MR27 MT31 MU30 NL18 NO15 PK24 PL28 PS29 PT25 QA29 RO24 RS22 SA24 SC31"
              + " SE24 SI19 SK24 SM27 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20");

  /** Digits of the groups that cards are printed in. */
  private static final int[][] CARD_GROUPS = {{4, 4, 4, 4}, {4, 6, 5}, {4, 4, 4, 4, 3}};

  /** As many groups of a row are looked at to each side. */
  private static final int LONGEST_ROW = 16;

  private AccountNumbers() {}

  private static Map<String, Integer> lengths(String list) {
    Map<String, Integer> lengths = new HashMap<>();
    for (String country : Pattern.compile(" ").splitAsStream(list).toList()) {
      lengths.put(country.substring(0, 2), Integer.valueOf(country.substring(2)));
    }
    return lengths;
  }

  /** Written in one piece or in groups with single spaces; the remainder by 97 must be 1. */
  static int iban(String text, int start) {
    if (start + 15 > text.length() || !PersonalData.isDigit(text, start + 2)) {
      return NONE;
    }
    Integer length = IBAN_LENGTHS.get(text.substring(start, start + 2));
    if (length == null) {
      return NONE;
    }
    StringBuilder number = new StringBuilder(length);
    int end = start;
    while (number.length() < length && end < text.length()) {
      char c = text.charAt(end++);
      if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z')) {
        number.append(c);
      } else if (c != ' ' || text.charAt(end - 2) == ' ') {
        return NONE;
      }
    }
    boolean whole = number.length() == length && PersonalData.isBoundary(text, end);
    return whole && remainder97(number) == 1 ? end : NONE;
  }

  private static int remainder97(CharSequence number) {
    int remainder = 0;
    for (int i = 0; i < number.length(); i++) {
      int value = Character.digit(number.charAt((i + 4) % number.length()), 36);
      remainder = (remainder * (value < 10 ? 10 : 100) + value) % 97;
    }
    return remainder;
  }

  /**
   * 13 to 19 digits in one piece, which must have their check digit, or in the usual groups. A
   * longer row of groups, which may be years or a table, is whole cards with check digits or none;
   * neither are the decimals of a number.
   */
  static int creditCard(String text, int start, boolean verify) {
    if (text.charAt(start) < '2' || text.charAt(start) > '6' || isDecimals(text, start)) {
      return NONE;
    }
    int end = PersonalData.digitsEnd(text, start, 20);
    if (end - start >= 13 && end - start <= 19) {
      return PersonalData.isBoundary(text, end) && luhn(text, start, end) ? end : NONE;
    }
    for (int[] groups : CARD_GROUPS) {
      int groupsEnd = groupsEnd(text, start, groups);
      if (groupsEnd != NONE && isCard(text, start, groupsEnd, verify)) {
        return groupsEnd;
      }
    }
    return NONE;
  }

  private static boolean isCard(String text, int start, int end, boolean verify) {
    int before = 0;
    while (before < LONGEST_ROW && isGroup(text, start - 5 * (before + 1))) {
      before++;
    }
    int after = 0;
    while (after < LONGEST_ROW && isGroup(text, end + 1 + 5 * after)) {
      after++;
    }
    boolean whole = before % 4 == 0 && after % 4 == 0;
    boolean alone = before == 0 && after == 0;
    return whole && ((alone && !verify) || luhn(text, start, end));
  }

  /** Four digits and no more, with a space before them or behind. */
  private static boolean isGroup(String text, int start) {
    if (start < 0 || PersonalData.digitsEnd(text, start, 5) != start + 4) {
      return false;
    }
    return text.startsWith(" ", start + 4) || (start > 0 && text.charAt(start - 1) == ' ');
  }

  private static boolean isDecimals(String text, int start) {
    return start > 1 && text.charAt(start - 1) == '.' && PersonalData.isDigit(text, start - 2);
  }

  private static int groupsEnd(String text, int start, int[] groups) {
    int end = start;
    for (int i = 0; i < groups.length; i++) {
      if (i > 0) {
        boolean sign = end < text.length() && " -".indexOf(text.charAt(end)) >= 0;
        if (!sign) {
          return NONE;
        }
        end++;
      }
      if (PersonalData.digitsEnd(text, end, groups[i] + 1) != end + groups[i]) {
        return NONE;
      }
      end += groups[i];
    }
    return PersonalData.isBoundary(text, end) ? end : NONE;
  }

  /** Whether the last digit is the check digit of the others (ISO/IEC 7812-1). */
  private static boolean luhn(String text, int start, int end) {
    int sum = 0;
    boolean doubled = false;
    for (int i = end - 1; i >= start; i--) {
      if (PersonalData.isDigit(text, i)) {
        int digit = text.charAt(i) - '0';
        sum += doubled ? digit * 2 - (digit > 4 ? 9 : 0) : digit;
        doubled = !doubled;
      }
    }
    return sum % 10 == 0;
  }

  /** {@code ddd-dd-dddd}; areas 000, 666 and from 900 on, and zeros elsewhere, are never issued. */
  static int usSsn(String text, int start, boolean verify) {
    boolean form =
        PersonalData.digitsEnd(text, start, 4) == start + 3
            && text.startsWith("-", start + 3)
            && PersonalData.digitsEnd(text, start + 4, 3) == start + 6
            && text.startsWith("-", start + 6)
            && PersonalData.digitsEnd(text, start + 7, 5) == start + 11
            && PersonalData.isBoundary(text, start + 11);
    if (!form) {
      return NONE;
    }
    boolean issued =
        !text.startsWith("000", start)
            && !text.startsWith("666", start)
            && text.charAt(start) != '9'
            && !text.startsWith("00", start + 4)
            && !text.startsWith("0000", start + 7);
    return issued || !verify ? start + 11 : NONE;
  }
}
