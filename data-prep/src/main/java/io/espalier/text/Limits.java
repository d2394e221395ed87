package io.espalier.text;

import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Figures held against their limits one after the other: the first that is beyond its limit is the
 * reason. Later figures aren't computed once there is one.
 */
final class Limits {
  private @Nullable Rejection rejection;

  Limits atLeast(String reason, String key, double limit, Supplier<? extends Number> figure) {
    if (rejection == null) {
      double value = figure.get().doubleValue();
      rejection = value < limit ? rejection(reason, key, limit, value) : null;
    }
    return this;
  }

  Limits atMost(String reason, String key, double limit, Supplier<? extends Number> figure) {
    if (rejection == null) {
      double value = figure.get().doubleValue();
      rejection = value > limit ? rejection(reason, key, limit, value) : null;
    }
    return this;
  }

  Optional<Rejection> rejection() {
    return Optional.ofNullable(rejection);
  }

  private static Rejection rejection(String reason, String key, double limit, double value) {
    return new Rejection(reason, "%s, %s is %s".formatted(number(value), key, number(limit)));
  }

  private static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : String.format(Locale.ROOT, "%.4g", value);
  }
}
