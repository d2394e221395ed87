package io.espalier.config;

/** The phrases of validation: each check refuses with the key, the value and the rule. */
public final class Rule {
  private Rule() {}

  /** Requires {@code value > 0}. */
  public static void positive(String key, double value) {
    if (!(value > 0)) {
      throw new ConfigException("%s is %s but must be positive".formatted(key, number(value)));
    }
  }

  /** Requires {@code value ≥ 0}. */
  public static void notNegative(String key, double value) {
    if (!(value >= 0)) {
      throw new ConfigException(
          "%s is %s but must be zero or positive".formatted(key, number(value)));
    }
  }

  /** Requires {@code first ≤ value ≤ last}. */
  public static void between(String key, double value, double first, double last) {
    if (!(value >= first && value <= last)) {
      throw new ConfigException(
          "%s is %s but must be between %s and %s"
              .formatted(key, number(value), number(first), number(last)));
    }
  }

  /** Requires text that isn't blank. */
  public static void notBlank(String key, String value) {
    if (value.isBlank()) {
      throw new ConfigException("%s is empty but must be given".formatted(key));
    }
  }

  /** Requires that {@code divisor} divides {@code value}; names the nearest value that works. */
  public static void divisible(String key, long value, String divisorKey, long divisor) {
    if (value % divisor != 0) {
      throw new ConfigException(
          "%s is %d but must be divisible by %s (%d); %d would work"
              .formatted(
                  key, value, divisorKey, divisor, Math.max(divisor, value - value % divisor)));
    }
  }

  private static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }
}
