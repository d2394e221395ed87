package io.espalier.text;

import static io.espalier.text.PersonalData.NONE;

/**
 * Internet addresses, version 4 and 6. Those of the machine itself and of private networks ({@code
 * 127.0.0.1}, {@code 192.168.1.1}, {@code fe80::1}) are nobody's and stay.
 */
final class IpAddresses {
  private static final int LONGEST_V6 = 39;
  private static final String VERSION = "version ";

  private IpAddresses() {}

  static int end(String text, int start) {
    if (Character.digit(text.charAt(start), 16) < 0 || text.charAt(start) > 'f') {
      return NONE;
    }
    int end = version4(text, start);
    return end == NONE ? version6(text, start) : end;
  }

  private static int version4(String text, int start) {
    int[] parts = new int[4];
    int end = start;
    for (int part = 0; part < 4; part++) {
      int partEnd = PersonalData.digitsEnd(text, end, 4);
      if (partEnd == end || partEnd - end > 3) {
        return NONE;
      }
      parts[part] = Integer.parseInt(text, end, partEnd, 10);
      boolean dot = part == 3 || text.startsWith(".", partEnd);
      if (parts[part] > 255 || !dot) {
        return NONE;
      }
      end = part == 3 ? partEnd : partEnd + 1;
    }
    boolean longer = text.startsWith(".", end) && PersonalData.isDigit(text, end + 1);
    boolean part = start > 0 && text.charAt(start - 1) == '.';
    boolean alone = PersonalData.isBoundary(text, end) && !longer && !part;
    return alone && isPublic(parts) && !isVersion(text, start, end) ? end : NONE;
  }

  /**
   * {@code version 3.3.0.65}, {@code 2.6.8.1-3-686} and {@code 1.2.3.4-1ubuntu2}, but not a range
   * of addresses.
   */
  private static boolean isVersion(String text, int start, int end) {
    if (text.regionMatches(true, start - VERSION.length(), VERSION, 0, VERSION.length())) {
      return true;
    }
    if (!text.startsWith("-", end) || !PersonalData.isDigit(text, end + 1)) {
      return false;
    }
    int release = end + 1;
    while (PersonalData.isDigit(text, release)) {
      release++;
    }
    return text.startsWith("-", release) || !PersonalData.isBoundary(text, release);
  }

  private static boolean isPublic(int[] parts) {
    return parts[0] != 0
        && parts[0] != 10
        && parts[0] != 127
        && parts[0] < 224
        && !(parts[0] == 172 && parts[1] >= 16 && parts[1] < 32)
        && !(parts[0] == 192 && parts[1] == 168)
        && !(parts[0] == 169 && parts[1] == 254);
  }

  /** Eight groups, or fewer with one {@code ::} and a first group of global addresses. */
  private static int version6(String text, int start) {
    int groups = 0;
    int gaps = 0;
    int end = start;
    while (end - start <= LONGEST_V6) {
      int groupEnd = end;
      while (groupEnd < text.length()
          && groupEnd - end < 5
          && text.charAt(groupEnd) <= 'f'
          && Character.digit(text.charAt(groupEnd), 16) >= 0) {
        groupEnd++;
      }
      if (groupEnd - end > 4 || (groupEnd == end && gaps == 0)) {
        return NONE;
      }
      groups += groupEnd > end ? 1 : 0;
      end = groupEnd;
      if (text.startsWith("::", end) && gaps == 0) {
        gaps++;
        end += 2;
      } else if (text.startsWith(":", end) && !PersonalData.isBoundary(text, end + 1)) {
        end++;
      } else {
        break;
      }
    }
    boolean whole = gaps == 0 ? groups == 8 : groups >= 2 && groups < 8;
    return whole && isGlobal(text, start) && PersonalData.isBoundary(text, end) ? end : NONE;
  }

  /** Global unicast is 2000::/3. */
  private static boolean isGlobal(String text, int start) {
    int first = text.indexOf(':', start);
    boolean unicast = text.charAt(start) == '2' || text.charAt(start) == '3';
    return first - start == 4 && unicast;
  }
}
