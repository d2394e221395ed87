package io.espalier.cluster;

import java.util.Random;

/**
 * The largest singular values of a sparse matrix and their right singular vectors, by randomised
 * subspace iteration (Halko, Martinsson and Tropp 2011, algorithm 4.4 and 5.1).
 *
 * <p>Every sum is taken in one order, and the random start is that of {@link Random}, whose numbers
 * the language fixes: the same rows give the same bits. A vector's sign is such that its largest
 * element is positive.
 *
 * @param singularValues descending, none zero; fewer than asked for where the matrix has fewer
 * @param rightVectors shape (width, number of singular values)
 */
@SuppressWarnings("ArrayRecordComponent") // computed with, never compared
record TruncatedSvd(double[] singularValues, double[][] rightVectors) {
  /** Directions beyond those asked for, and passes over the matrix: what scikit-learn takes. */
  private static final int OVERSAMPLING = 10;

  private static final int ITERATIONS = 5;

  /** Below this share of the largest, a singular value is what rounding left of zero. */
  private static final double SMALLEST_SHARE = 1e-7;

  static TruncatedSvd of(SparseRows matrix, int rank, long seed) {
    int most = Math.min(matrix.rows(), matrix.width());
    double[][] basis = gaussian(matrix.width(), Math.min(most, rank + OVERSAMPLING), seed);
    double[][] range = DenseColumns.orthonormal(matrix.times(basis));
    for (int i = 0; i < ITERATIONS; i++) {
      basis = DenseColumns.orthonormal(matrix.transposedTimes(range));
      range = DenseColumns.orthonormal(matrix.times(basis));
    }
    double[][] projected = matrix.transposedTimes(range);
    SymmetricEigen eigen = SymmetricEigen.of(DenseColumns.gram(projected));
    return of(projected, eigen, rank);
  }

  private static TruncatedSvd of(double[][] projected, SymmetricEigen eigen, int rank) {
    double largest = Math.sqrt(Math.max(0, eigen.values()[0]));
    int kept = 0;
    while (kept < Math.min(rank, eigen.values().length)
        && Math.sqrt(Math.max(0, eigen.values()[kept])) > SMALLEST_SHARE * largest) {
      kept++;
    }
    double[] singular = new double[kept];
    double[][] vectors = new double[projected.length][kept];
    for (int k = 0; k < kept; k++) {
      singular[k] = Math.sqrt(eigen.values()[k]);
      double extreme = 0;
      for (int row = 0; row < vectors.length; row++) {
        double value = 0;
        for (int l = 0; l < projected[row].length; l++) {
          value += projected[row][l] * eigen.vectors()[l][k];
        }
        vectors[row][k] = value / singular[k];
        extreme = Math.abs(vectors[row][k]) > Math.abs(extreme) ? vectors[row][k] : extreme;
      }
      if (extreme < 0) {
        for (double[] row : vectors) {
          row[k] = -row[k];
        }
      }
    }
    return new TruncatedSvd(singular, vectors);
  }

  private static double[][] gaussian(int rows, int columns, long seed) {
    Random random = new Random(seed);
    double[][] values = new double[rows][columns];
    for (double[] row : values) {
      java.util.Arrays.setAll(row, k -> random.nextGaussian());
    }
    return values;
  }
}
