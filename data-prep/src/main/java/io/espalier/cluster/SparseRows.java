package io.espalier.cluster;

/**
 * A sparse matrix, row by row.
 *
 * @param starts where each row begins among the values; one more than rows
 * @param columns of each value
 * @param values other than zero
 * @param width number of columns
 */
@SuppressWarnings("ArrayRecordComponent") // computed with, never compared
record SparseRows(int[] starts, int[] columns, float[] values, int width) {

  int rows() {
    return starts.length - 1;
  }

  /** This × {@code dense}, shape (width, k) → (rows, k). */
  double[][] times(double[][] dense) {
    double[][] product = new double[rows()][dense[0].length];
    for (int row = 0; row < rows(); row++) {
      for (int i = starts[row]; i < starts[row + 1]; i++) {
        addScaled(product[row], values[i], dense[columns[i]]);
      }
    }
    return product;
  }

  /** This, transposed, × {@code dense}, shape (rows, k) → (width, k). */
  double[][] transposedTimes(double[][] dense) {
    double[][] product = new double[width][dense[0].length];
    for (int row = 0; row < rows(); row++) {
      for (int i = starts[row]; i < starts[row + 1]; i++) {
        addScaled(product[columns[i]], values[i], dense[row]);
      }
    }
    return product;
  }

  private static void addScaled(double[] sum, double factor, double[] vector) {
    for (int k = 0; k < sum.length; k++) {
      sum[k] += factor * vector[k];
    }
  }
}
