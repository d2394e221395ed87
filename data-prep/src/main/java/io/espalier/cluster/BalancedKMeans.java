package io.espalier.cluster;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * k-means whose clusters have at most ⌈points / clusters⌉ points each (c-BTM, Gururangan et al.
 * 2023, section 2.1). Starts where k-means++ (Arthur and Vassilvitskii 2007) says, several times,
 * and the best stays. The same points in the same order give the same bits.
 *
 * @param centres shape (clusters, dimensions)
 * @param assignment the cluster of each point
 * @param objectives sum of squared distances after each round's assignment; never rising
 */
@SuppressWarnings("ArrayRecordComponent") // computed with, never compared
record BalancedKMeans(double[][] centres, int[] assignment, List<Double> objectives) {
  private static final int STARTS = 4;
  private static final int MOST_ROUNDS = 100;

  static BalancedKMeans of(double[][] points, int clusters, long seed) {
    Random random = new Random(seed);
    BalancedKMeans best = from(plusPlus(points, clusters, random), points);
    for (int start = 1; start < STARTS; start++) {
      BalancedKMeans next = from(plusPlus(points, clusters, random), points);
      best = next.objective() < best.objective() ? next : best;
    }
    return best;
  }

  double objective() {
    return objectives.get(objectives.size() - 1);
  }

  private static BalancedKMeans from(double[][] start, double[][] points) {
    double[][] centres = start;
    int @Nullable [] assignment = null;
    List<Double> objectives = new ArrayList<>();
    for (int round = 0; round < MOST_ROUNDS; round++) {
      double[][] costs = squaredDistances(points, centres);
      int[] better = BalancedAssignment.of(costs, centres.length, assignment);
      boolean same = Arrays.equals(better, assignment);
      assignment = better;
      objectives.add(sum(costs, better));
      centres = means(points, better, centres);
      if (same) {
        break;
      }
    }
    return new BalancedKMeans(
        centres, assignment == null ? new int[0] : assignment, List.copyOf(objectives));
  }

  /** Each further centre is a point, the more probable the farther it is from those chosen. */
  private static double[][] plusPlus(double[][] points, int clusters, Random random) {
    double[][] centres = new double[clusters][];
    centres[0] = points[random.nextInt(points.length)].clone();
    double[] nearest = new double[points.length];
    Arrays.fill(nearest, Double.POSITIVE_INFINITY);
    for (int c = 1; c < clusters; c++) {
      double total = 0;
      for (int i = 0; i < points.length; i++) {
        nearest[i] = Math.min(nearest[i], squaredDistance(points[i], centres[c - 1]));
        total += nearest[i];
      }
      double left = random.nextDouble() * total;
      int chosen = 0;
      while (chosen < points.length - 1 && left >= nearest[chosen]) {
        left -= nearest[chosen++];
      }
      centres[c] = points[chosen].clone();
    }
    return centres;
  }

  private static double[][] squaredDistances(double[][] points, double[][] centres) {
    double[][] distances = new double[points.length][];
    Arrays.setAll(distances, i -> squaredDistances(points[i], centres));
    return distances;
  }

  /** From one point to each centre. */
  static double[] squaredDistances(double[] point, double[][] centres) {
    double[] distances = new double[centres.length];
    Arrays.setAll(distances, c -> squaredDistance(point, centres[c]));
    return distances;
  }

  private static double squaredDistance(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      double difference = a[i] - b[i];
      sum += difference * difference;
    }
    return sum;
  }

  private static double sum(double[][] costs, int[] assignment) {
    double sum = 0;
    for (int i = 0; i < costs.length; i++) {
      sum += costs[i][assignment[i]];
    }
    return sum;
  }

  /** A cluster without points, where there are fewer points than clusters, stays where it was. */
  private static double[][] means(double[][] points, int[] assignment, double[][] before) {
    double[][] means = new double[before.length][before[0].length];
    int[] sizes = new int[before.length];
    for (int i = 0; i < points.length; i++) {
      sizes[assignment[i]]++;
      for (int d = 0; d < points[i].length; d++) {
        means[assignment[i]][d] += points[i][d];
      }
    }
    for (int c = 0; c < means.length; c++) {
      int size = sizes[c];
      double[] mean = means[c];
      Arrays.setAll(mean, d -> mean[d] / Math.max(1, size));
      if (size == 0) {
        means[c] = before[c];
      }
    }
    return means;
  }
}
