package io.espalier.cli;

import java.util.Locale;

/** Numbers as people read them: three significant digits, SI prefixes, units. */
final class Quantities {
  private static final String[] PREFIXES = {"", " k", " M", " G", " T", " P", " E"};
  private static final int MINUTE = 60;
  private static final int HOUR = 60 * MINUTE;
  private static final int DAY = 24 * HOUR;

  private Quantities() {}

  static String count(long value) {
    return count((double) value);
  }

  /** {@code 950}, {@code 12.3 k}, {@code 4.56 M}. */
  static String count(double value) {
    double scaled = value;
    int prefix = 0;
    // 999.5 would print as 1000 with three digits, so it already takes the next prefix.
    while (Math.abs(scaled) >= 999.5 && prefix < PREFIXES.length - 1) {
      scaled /= 1000;
      prefix++;
    }
    return threeDigits(scaled, prefix == 0 && value == Math.rint(value)) + PREFIXES[prefix];
  }

  /** The prefix of a power of a thousand: {@code "k "} of 1000, nothing of 1. */
  static String prefix(long size) {
    int thousands = (int) Math.round(Math.log10((double) size) / 3);
    return (PREFIXES[thousands] + " ").stripLeading();
  }

  /** {@code 512 B}, {@code 1.21 GB}: decimal prefixes, as disks are sold. */
  static String bytes(long value) {
    String count = count(value);
    return count.contains(" ") ? count + "B" : count + " B";
  }

  /** {@code 0.4 s}, {@code 42 s}, {@code 3 min 05 s}, {@code 2 h 04 min}, {@code 3 d 02 h}. */
  static String duration(double seconds) {
    if (seconds < 9.95) {
      return format("%.1f s", seconds);
    }
    long s = Math.round(seconds);
    if (s < MINUTE) {
      return s + " s";
    }
    if (s < HOUR) {
      return format("%d min %02d s", s / MINUTE, s % MINUTE);
    }
    return s < DAY
        ? format("%d h %02d min", s / HOUR, s % HOUR / MINUTE)
        : format("%d d %02d h", s / DAY, s % DAY / HOUR);
  }

  private static String threeDigits(double value, boolean whole) {
    if (whole) {
      return format("%.0f", value);
    }
    double size = Math.abs(value);
    return format(size < 9.995 ? "%.2f" : size < 99.95 ? "%.1f" : "%.0f", value);
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
