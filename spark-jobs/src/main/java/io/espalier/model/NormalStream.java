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
  static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;
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

  /** The finaliser of SplitMix64. */
  static long mix(long z) {
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
    3.3871328727963665, 133.14166789178438, 1971.5909503065513,
    13731.69376550946, 45921.95393154987, 67265.7709270087,
    33430.57558358813, 2509.0809287301227
  };
  private static final double[] CENTRE_DENOMINATOR = {
    1.0,
    42.31333070160091,
    687.1870074920579,
    5394.196021424751,
    21213.794301586597,
    39307.89580009271,
    28729.085735721943,
    5226.495278852854
  };
  private static final double[] TAIL_NUMERATOR = {
    1.4234371107496835, 4.630337846156546, 5.769497221460691,
    3.6478483247632045, 1.2704582524523684, 0.2417807251774506,
    0.022723844989269184, 0.0007745450142783414
  };
  private static final double[] TAIL_DENOMINATOR = {
    1.0,
    2.053191626637759,
    1.6763848301838038,
    0.6897673349851,
    0.14810397642748008,
    0.015198666563616457,
    0.0005475938084995345,
    1.0507500716444169e-09
  };
  private static final double[] FAR_NUMERATOR = {
    6.657904643501103, 5.463784911164114, 1.7848265399172913,
    0.29656057182850487, 0.026532189526576124, 0.0012426609473880784,
    2.7115555687434876e-05, 2.0103343992922881e-07
  };
  private static final double[] FAR_DENOMINATOR = {
    1.0,
    0.599832206555888,
    0.1369298809227358,
    0.014875361290850615,
    0.0007868691311456133,
    1.8463183175100548e-05,
    1.421511758316446e-07,
    2.0442631033899397e-15
  };
}
