package io.espalier.cluster;

/** Tall dense matrices, shape (rows, columns) with few columns: what the decomposition needs. */
final class DenseColumns {
  /** A column that loses so much of its length lay in the span of those before it. */
  private static final double DEPENDENT = 1e-10;

  private DenseColumns() {}

  /**
   * An orthonormal basis of the columns' span: Gram-Schmidt, modified, each column twice (Giraud et
   * al. 2005: twice is enough). A column that depends on those before it becomes zero.
   */
  static double[][] orthonormal(double[][] matrix) {
    double[][] columns = transposed(matrix);
    for (int k = 0; k < columns.length; k++) {
      double before = Math.sqrt(dot(columns[k], columns[k]));
      for (int pass = 0; pass < 2; pass++) {
        for (int j = 0; j < k; j++) {
          addScaled(columns[k], -dot(columns[j], columns[k]), columns[j]);
        }
      }
      double length = Math.sqrt(dot(columns[k], columns[k]));
      scale(columns[k], length > DEPENDENT * before ? 1 / length : 0);
    }
    return transposed(columns);
  }

  /** The matrix, transposed, times itself. */
  static double[][] gram(double[][] matrix) {
    int columns = matrix[0].length;
    double[][] gram = new double[columns][columns];
    for (double[] row : matrix) {
      for (int i = 0; i < columns; i++) {
        addScaled(gram[i], row[i], row);
      }
    }
    return gram;
  }

  /** Four sums side by side, in one order. */
  static double dot(double[] a, double[] b) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int i = 0;
    for (; i + 3 < a.length; i += 4) {
      s0 += a[i] * b[i];
      s1 += a[i + 1] * b[i + 1];
      s2 += a[i + 2] * b[i + 2];
      s3 += a[i + 3] * b[i + 3];
    }
    for (; i < a.length; i++) {
      s0 += a[i] * b[i];
    }
    return (s0 + s1) + (s2 + s3);
  }

  private static double[][] transposed(double[][] matrix) {
    double[][] turned = new double[matrix[0].length][matrix.length];
    for (int row = 0; row < matrix.length; row++) {
      for (int column = 0; column < turned.length; column++) {
        turned[column][row] = matrix[row][column];
      }
    }
    return turned;
  }

  private static void addScaled(double[] sum, double factor, double[] vector) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] += factor * vector[i];
    }
  }

  private static void scale(double[] vector, double factor) {
    for (int i = 0; i < vector.length; i++) {
      vector[i] *= factor;
    }
  }
}
