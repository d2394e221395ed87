package io.espalier.cluster;

/**
 * Counts of terms → a point of unit length: tf-idf × projection.
 *
 * @param weights inverse document frequency of each term
 * @param projection shape (terms, dimensions), row by row
 */
@SuppressWarnings("ArrayRecordComponent") // computed with, never compared
record Embedding(double[] weights, float[] projection, int dimensions) {

  /** Zero where no term has a direction. */
  double[] of(int[] terms, int[] counts) {
    double[] point = new double[dimensions];
    for (int i = 0; i < terms.length; i++) {
      double weight = counts[i] * weights[terms[i]];
      int row = terms[i] * dimensions;
      for (int d = 0; d < dimensions; d++) {
        point[d] += weight * projection[row + d];
      }
    }
    double length = Math.sqrt(DenseColumns.dot(point, point));
    if (length > 0) {
      for (int d = 0; d < dimensions; d++) {
        point[d] /= length;
      }
    }
    return point;
  }
}
