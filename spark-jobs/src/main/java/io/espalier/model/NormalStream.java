package io.espalier.model;

/**
 * Standard normal numbers that can be asked for in any order: number {@code i} is a pure function
 * of seed, name and {@code i}, the same on every platform and Java version.
 *
 * <p>That is why none of the JDK's generators is used: their algorithms for normal numbers aren't
 * fixed by their contract, and they can't be asked for element {@code i} alone, which a rank that
 * holds a slice needs. Uniform bits come from SplitMix64 (Steele, Lea and Flood 2014), made normal
 * by the inverse of the distribution function, algorithm AS 241 (Wichura 1988; relative accuracy
 * about 1e-16).
 */
final class NormalStream {
  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;
  private static final double TO_UNIT = 0x1.0p-53;

  private final long start;

  NormalStream(long seed, String name) {
    long hash = mix(seed + GOLDEN_GAMMA);
    for (int i = 0; i < name.length(); i++) {
      hash = mix((hash ^ name.charAt(i)) + GOLDEN_GAMMA);
    }
    this.start = hash;
  }

  /** Standard normal number {@code index}, 0-based. */
  double value(long index) {
    long bits = mix(start + (index + 1) * GOLDEN_GAMMA);
    return quantile(((bits >>> 11) + 0.5) * TO_UNIT); // strictly inside (0, 1)
  }

  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** The x for which a standard normal variable is below x with the given probability. */
  static double quantile(double probability) {
    double q = probability - 0.5;
    if (Math.abs(q) <= 0.425) {
      double r = 0.180625 - q * q;
      return q * ratio(r, CENTRE_NUMERATOR, CENTRE_DENOMINATOR);
    }
    // StrictMath: the same bits on every processor.
    double r = StrictMath.sqrt(-StrictMath.log(q < 0 ? probability : 1 - probability));
    double x =
        r <= 5
            ? ratio(r - 1.6, TAIL_NUMERATOR, TAIL_DENOMINATOR)
            : ratio(r - 5, FAR_NUMERATOR, FAR_DENOMINATOR);
    return q < 0 ? -x : x;
  }

  private static double ratio(double r, double[] numerator, double[] denominator) {
    return polynomial(r, numerator) / polynomial(r, denominator);
  }

  private static double polynomial(double r, double[] coefficients) {
    double sum = coefficients[7];
    for (int i = 6; i >= 0; i--) {
      sum = sum * r + coefficients[i];
    }
    return sum;
  }

  private static final double[] CENTRE_NUMERATOR = {
    3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3,
    1.3731693765509461125e4, 4.5921953931549871457e4, 6.7265770927008700853e4,
    3.3430575583588128105e4, 2.5090809287301226727e3
  };
  private static final double[] CENTRE_DENOMINATOR = {
    1.0,
    4.2313330701600911252e1,
    6.8718700749205790830e2,
    5.3941960214247511077e3,
    2.1213794301586595867e4,
    3.9307895800092710610e4,
    2.8729085735721942674e4,
    5.2264952788528545610e3
  };
  private static final double[] TAIL_NUMERATOR = {
    1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0,
    3.64784832476320460504e0, 1.27045825245236838258e0, 2.41780725177450611770e-1,
    2.27238449892691845833e-2, 7.74545014278341407640e-4
  };
  private static final double[] TAIL_DENOMINATOR = {
    1.0,
    2.05319162663775882187e0,
    1.67638483018380384940e0,
    6.89767334985100004550e-1,
    1.48103976427480074590e-1,
    1.51986665636164571966e-2,
    5.47593808499534494600e-4,
    1.05075007164441684324e-9
  };
  private static final double[] FAR_NUMERATOR = {
    6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0,
    2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
    2.71155556874348757815e-5, 2.01033439929228813265e-7
  };
  private static final double[] FAR_DENOMINATOR = {
    1.0,
    5.99832206555887937690e-1,
    1.36929880922735805310e-1,
    1.48753612908506148525e-2,
    7.86869131145613259100e-4,
    1.84631831751005468180e-5,
    1.42151175831644588870e-7,
    2.04426310338993978564e-15
  };
}
