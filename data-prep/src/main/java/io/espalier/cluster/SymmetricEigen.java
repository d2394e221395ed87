package io.espalier.cluster;

import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Eigenvalues of a small symmetric matrix, by Jacobi's rotations (Golub and Van Loan, section 8.5).
 *
 * @param values descending
 * @param vectors shape (size, size): a column for each value
 */
@SuppressWarnings("ArrayRecordComponent") // computed with, never compared
record SymmetricEigen(double[] values, double[][] vectors) {
  private static final int MOST_SWEEPS = 60;
  private static final double PRECISION = 1e-15;

  static SymmetricEigen of(double[][] symmetric) {
    int size = symmetric.length;
    double[][] a = new double[size][];
    double[][] v = new double[size][size];
    double scale = 0;
    for (int i = 0; i < size; i++) {
      a[i] = symmetric[i].clone();
      v[i][i] = 1;
      scale = Math.max(scale, Math.abs(a[i][i]));
    }
    boolean rotated = true;
    for (int sweep = 0; sweep < MOST_SWEEPS && rotated; sweep++) {
      rotated = false;
      for (int p = 0; p < size; p++) {
        for (int q = p + 1; q < size; q++) {
          if (Math.abs(a[p][q]) > PRECISION * scale) {
            rotate(a, v, p, q);
            rotated = true;
          }
        }
      }
    }
    return descending(a, v);
  }

  /** Makes one element outside the diagonal zero. */
  private static void rotate(double[][] a, double[][] v, int p, int q) {
    double theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
    double t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
    double c = 1 / Math.sqrt(t * t + 1);
    double s = t * c;
    for (int k = 0; k < a.length; k++) {
      double kp = a[k][p];
      double kq = a[k][q];
      a[k][p] = c * kp - s * kq;
      a[k][q] = s * kp + c * kq;
    }
    for (int k = 0; k < a.length; k++) {
      double pk = a[p][k];
      double qk = a[q][k];
      a[p][k] = c * pk - s * qk;
      a[q][k] = s * pk + c * qk;
      double vp = v[k][p];
      double vq = v[k][q];
      v[k][p] = c * vp - s * vq;
      v[k][q] = s * vp + c * vq;
    }
  }

  private static SymmetricEigen descending(double[][] a, double[][] v) {
    int size = a.length;
    int[] order =
        IntStream.range(0, size)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer i) -> a[i][i]).reversed())
            .mapToInt(Integer::intValue)
            .toArray();
    double[] values = new double[size];
    double[][] vectors = new double[size][size];
    for (int k = 0; k < size; k++) {
      values[k] = a[order[k]][order[k]];
      for (int row = 0; row < size; row++) {
        vectors[row][k] = v[row][order[k]];
      }
    }
    return new SymmetricEigen(values, vectors);
  }
}
