package io.espalier.report;

import java.util.Comparator;
import java.util.Locale;
import java.util.Map;

/** Figures as people read them. */
public final class Numbers {
  private static final double MINUTE_SECONDS = 60;
  private static final double HOUR_SECONDS = 3600;

  /** Of counts by name; of equal ones the name decides. */
  static final Comparator<Map.Entry<String, Long>> LARGEST_FIRST =
      Map.Entry.<String, Long>comparingByValue()
          .reversed()
          .thenComparing(Map.Entry.comparingByKey());

  private Numbers() {}

  /** About three significant digits, never more than a column holds. */
  static String perplexity(double value) {
    if (Double.isInfinite(value)) {
      return "∞";
    }
    if (value >= 1e6) {
      return String.format(Locale.ROOT, "%.1e", value);
    }
    return String.format(Locale.ROOT, value < 10 ? "%.2f" : value < 1000 ? "%.1f" : "%,.0f", value);
  }

  static String loss(double nats) {
    return String.format(Locale.ROOT, "%.2f", nats);
  }

  static String bits(double bits) {
    return String.format(Locale.ROOT, "%.3f", bits);
  }

  public static String count(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  /** A quotient of two figures that are nearly alike. */
  public static String ratio(double value) {
    return String.format(Locale.ROOT, value < 10 ? "%.3f" : "%,.0f", value);
  }

  static String probability(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }

  /** A share between 0 and 1 as a percentage. */
  static String share(double share) {
    double percent = 100 * share;
    return String.format(Locale.ROOT, percent > 0 && percent < 10 ? "%.1f %%" : "%.0f %%", percent);
  }

  public static String seconds(double seconds) {
    if (seconds < 10) {
      return String.format(Locale.ROOT, "%.1f s", seconds);
    }
    if (seconds < 2 * MINUTE_SECONDS) {
      return String.format(Locale.ROOT, "%.0f s", seconds);
    }
    if (seconds < 2 * HOUR_SECONDS) {
      return String.format(Locale.ROOT, "%.1f min", seconds / MINUTE_SECONDS);
    }
    return String.format(Locale.ROOT, "%.1f h", seconds / HOUR_SECONDS);
  }

  /** Floating-point operations with the unit that fits. */
  static String flops(double flops) {
    return scaled(flops) + "FLOP";
  }

  /** Bytes with the unit that fits. */
  static String bytes(long bytes) {
    return scaled((double) bytes) + "B";
  }

  private static String scaled(double value) {
    String[] units = {"", "k", "M", "G", "T", "P", "E", "Z", "Y"};
    double scaled = value;
    int unit = 0;
    while (scaled >= 1000 && unit < units.length - 1) {
      scaled /= 1000;
      unit++;
    }
    return String.format(Locale.ROOT, "%.3g %s", scaled, units[unit]);
  }

  /** {@code 12.4 % below}, {@code 3.0 % above} or {@code equal to} a reference. */
  static String beside(double value, double reference) {
    double percent = 100 * (value / reference - 1);
    if (Math.abs(percent) < 0.05) {
      return "equal to";
    }
    return String.format(
        Locale.ROOT, "%.1f %% %s", Math.abs(percent), percent < 0 ? "below" : "above");
  }

  /** Enough of a SHA-256 to recognise it. */
  public static String shortHash(String hash) {
    return hash.length() > 12 ? hash.substring(0, 12) : hash;
  }
}
