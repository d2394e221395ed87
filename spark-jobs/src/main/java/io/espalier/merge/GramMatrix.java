package io.espalier.merge;

import java.util.Arrays;

/**
 * The dot product of every pair of experts, or of their differences from the base: all that angles,
 * norms and any combination of the experts depend on. One pass, whatever is done with it.
 */
final class GramMatrix implements Statistics {
  /** Sums side by side, because an addition waits for the one before it. */
  private static final int LANES = 4;

  private final int vectors;
  private final boolean fromBase;
  private final double[][] products;

  /**
   * @param fromBase whether the vectors are the experts' differences from the base
   */
  GramMatrix(int vectors, boolean fromBase) {
    this.vectors = vectors;
    this.fromBase = fromBase;
    this.products = new double[vectors][vectors];
  }

  @Override
  public GramMatrix empty() {
    return new GramMatrix(vectors, fromBase);
  }

  @Override
  public void add(double[][] inputs, int elements) {
    if (fromBase) {
      for (int i = 0; i < vectors; i++) {
        subtract(inputs[i], inputs[vectors], elements);
      }
    }
    for (int i = 0; i < vectors; i++) {
      for (int j = 0; j <= i; j++) {
        products[i][j] += product(inputs[i], inputs[j], elements);
      }
    }
  }

  private static void subtract(double[] values, double[] base, int elements) {
    for (int i = 0; i < elements; i++) {
      values[i] -= base[i];
    }
  }

  private static double product(double[] a, double[] b, int elements) {
    double sum0 = 0;
    double sum1 = 0;
    double sum2 = 0;
    double sum3 = 0;
    int i = 0;
    for (; i <= elements - LANES; i += LANES) {
      sum0 += a[i] * b[i];
      sum1 += a[i + 1] * b[i + 1];
      sum2 += a[i + 2] * b[i + 2];
      sum3 += a[i + 3] * b[i + 3];
    }
    for (; i < elements; i++) {
      sum0 += a[i] * b[i];
    }
    return (sum0 + sum1) + (sum2 + sum3);
  }

  @Override
  public void drain(Statistics part) {
    double[][] others = ((GramMatrix) part).products;
    for (int i = 0; i < vectors; i++) {
      for (int j = 0; j <= i; j++) {
        products[i][j] += others[i][j];
      }
      Arrays.fill(others[i], 0);
    }
  }

  /** The dot product of two vectors. */
  double product(int i, int j) {
    return i >= j ? products[i][j] : products[j][i];
  }

  /** A vector's Euclidean length. */
  double norm(int i) {
    return Math.sqrt(products[i][i]);
  }
}
