package io.espalier.evaluate;

/** A running float64 sum whose rounding error doesn't grow with its length (Neumaier 1974). */
final class CompensatedSum {
  private double sum;
  private double compensation;

  void add(double value) {
    double next = sum + value;
    // The smaller of the two lost its last bits in the addition; an infinite sum has none to keep.
    if (Double.isInfinite(next)) {
      compensation = 0;
    } else if (Math.abs(sum) >= Math.abs(value)) {
      compensation += (sum - next) + value;
    } else {
      compensation += (value - next) + sum;
    }
    sum = next;
  }

  double value() {
    return sum + compensation;
  }
}
