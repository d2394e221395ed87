package io.espalier.text;

import java.util.Locale;

/**
 * Kinds of personal data, in the order in which a place is tried for them: what holds others, as an
 * address of a page can hold an e-mail address, comes first.
 */
enum PersonalData {
  PROFILE_URL("<URL>"),
  SECRET("<SECRET>"),
  EMAIL("<EMAIL>"),
  IBAN("<IBAN>"),
  IP("<IP_ADDRESS>"),
  US_SSN("<US_SSN>"),
  CREDIT_CARD("<CREDIT_CARD>"),
  PHONE("<PHONE>");

  /** What {@link #end} says where nothing of the kind begins. */
  static final int NONE = -1;

  private final String placeholder;

  PersonalData(String placeholder) {
    this.placeholder = placeholder;
  }

  /**
   * Where the match that begins at {@code start} ends, exclusively; {@link #NONE} if none does.
   *
   * @param verify whether check digits and ranges have to be right, where the kind has any
   */
  int end(String text, int start, boolean verify) {
    return switch (this) {
      case PROFILE_URL -> Contacts.profileUrl(text, start);
      case SECRET -> Secrets.end(text, start);
      case EMAIL -> Contacts.email(text, start);
      case IBAN -> AccountNumbers.iban(text, start);
      case IP -> IpAddresses.end(text, start);
      case US_SSN -> AccountNumbers.usSsn(text, start, verify);
      case CREDIT_CARD -> AccountNumbers.creditCard(text, start, verify);
      case PHONE -> Contacts.phone(text, start, verify);
    };
  }

  String placeholder() {
    return placeholder;
  }

  /** Its name in settings and counts. */
  String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether a word begins here, or a sign that personal data can begin with. */
  static boolean mayBegin(String text, int index) {
    char c = text.charAt(index);
    boolean start = isWord(c) || c == '+' || c == '(' || c == '-';
    return start && (index == 0 || !isWord(text.charAt(index - 1)));
  }

  /** Letters and digits of the Latin script: others may stand beside a match without a space. */
  static boolean isWord(char c) {
    return c < 0x80
        ? (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
        : c < 0x250 && Character.isLetterOrDigit(c);
  }

  static boolean isDigit(String text, int index) {
    return index < text.length() && text.charAt(index) >= '0' && text.charAt(index) <= '9';
  }

  /** Whether no word goes on here. */
  static boolean isBoundary(String text, int index) {
    return index >= text.length() || !isWord(text.charAt(index));
  }

  /** End of the digits that begin at {@code start}, at most so many. */
  static int digitsEnd(String text, int start, int most) {
    int end = start;
    while (end - start < most && isDigit(text, end)) {
      end++;
    }
    return end;
  }
}
