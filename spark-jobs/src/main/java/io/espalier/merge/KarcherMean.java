package io.espalier.merge;

/**
 * Karcher mean of unit vectors by gradient steps. Every point on the way is a sum of the vectors,
 * so all of it happens in their coefficients, and dot products come from the Gram matrix: the
 * vectors themselves are never touched.
 */
final class KarcherMean {
  private final double[] shares;
  private final double[] norms;
  private final double[][] cosines;
  private final int maxIter;
  private final double tol;

  KarcherMean(GramMatrix products, double[] shares, int maxIter, double tol) {
    int vectors = shares.length;
    this.shares = shares.clone();
    this.norms = new double[vectors];
    this.cosines = new double[vectors][vectors];
    this.maxIter = maxIter;
    this.tol = tol;
    for (int i = 0; i < vectors; i++) {
      norms[i] = products.norm(i);
    }
    for (int i = 0; i < vectors; i++) {
      for (int j = 0; j < vectors; j++) {
        boolean directed = norms[i] > tol && norms[j] > tol;
        cosines[i][j] = directed ? products.product(i, j) / norms[i] / norms[j] : 0;
      }
    }
  }

  /** What each expert is multiplied by; all 0 if none has a length. */
  double[] coefficients() {
    double[] directed = shares.clone();
    double sum = 0;
    double length = 0;
    for (int i = 0; i < norms.length; i++) {
      length += shares[i] * norms[i];
      directed[i] = norms[i] > tol ? shares[i] : 0;
      sum += directed[i];
    }
    if (sum == 0) {
      return new double[norms.length];
    }
    double[] mean = mean(scaled(directed, 1 / sum));
    for (int i = 0; i < norms.length; i++) {
      mean[i] = norms[i] > tol ? length * mean[i] / norms[i] : 0;
    }
    return mean;
  }

  private double[] mean(double[] weights) {
    double[] mean = start(weights);
    for (int step = 0; step < maxIter; step++) {
      double[] tangent = tangent(mean, weights);
      double angle = norm(tangent);
      if (angle < tol) {
        break;
      }
      for (int i = 0; i < mean.length; i++) {
        mean[i] = Math.cos(angle) * mean[i] + Math.sin(angle) / angle * tangent[i];
      }
      double norm = norm(mean);
      mean = norm > tol ? scaled(mean, 1 / norm) : mean;
    }
    return mean;
  }

  private double[] start(double[] weights) {
    double norm = norm(weights);
    if (norm >= tol) {
      return scaled(weights, 1 / norm);
    }
    double[] first = new double[weights.length];
    int one = 0;
    while (weights[one] == 0) {
      one++;
    }
    first[one] = 1;
    return first;
  }

  /** The mean of the directions from the point to the vectors, each as long as its angle. */
  private double[] tangent(double[] point, double[] weights) {
    double[] tangent = new double[point.length];
    double along = 0;
    for (int i = 0; i < weights.length; i++) {
      double cosine = Math.max(-1, Math.min(1, product(cosines[i], point)));
      double angle = Math.acos(cosine);
      if (weights[i] != 0 && angle >= tol) {
        double factor = weights[i] * angle / Math.sin(angle);
        tangent[i] += factor;
        along += factor * cosine;
      }
    }
    for (int i = 0; i < point.length; i++) {
      tangent[i] -= along * point[i];
    }
    return tangent;
  }

  private double norm(double[] coefficients) {
    double squared = 0;
    for (int i = 0; i < coefficients.length; i++) {
      squared += coefficients[i] * product(cosines[i], coefficients);
    }
    return Math.sqrt(Math.max(0, squared));
  }

  private static double product(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static double[] scaled(double[] values, double factor) {
    double[] scaled = values.clone();
    for (int i = 0; i < scaled.length; i++) {
      scaled[i] *= factor;
    }
    return scaled;
  }
}
