package io.espalier.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BalancedKMeansTest {

  @Test
  void noClusterExceedsItsCapacityAndTheObjectiveNeverRises() {
    Random random = new Random(1);
    for (int trial = 0; trial < 60; trial++) {
      int clusters = 2 + random.nextInt(6);
      double[][] points = points(random, clusters + random.nextInt(150), 1 + random.nextInt(5));

      BalancedKMeans fit = BalancedKMeans.of(points, clusters, trial);

      int[] sizes = sizes(fit.assignment(), clusters);
      assertThat(Arrays.stream(sizes).sum()).isEqualTo(points.length);
      assertThat(Arrays.stream(sizes).max().orElseThrow())
          .isLessThanOrEqualTo((points.length + clusters - 1) / clusters);
      for (int round = 1; round < fit.objectives().size(); round++) {
        assertThat(fit.objectives().get(round))
            .isLessThanOrEqualTo(fit.objectives().get(round - 1) + 1e-9);
      }
    }
  }

  @Test
  void theAssignmentIsTheCheapestOfAllThatFit() {
    Random random = new Random(2);
    for (int trial = 0; trial < 300; trial++) {
      int clusters = 2 + random.nextInt(2);
      int points = clusters + random.nextInt(6);
      double[][] costs = points(random, points, clusters);

      int[] assignment = BalancedAssignment.of(costs, clusters, null);

      assertThat(sum(costs, assignment)).isCloseTo(cheapest(costs, clusters), within(1e-7));
    }
  }

  @Test
  void anAssignmentThatIsImprovedIsAsGoodAsOneFromNothing() {
    Random random = new Random(3);
    for (int trial = 0; trial < 50; trial++) {
      double[][] costs = points(random, 64, 8);
      int[] start = IntStream.range(0, 64).map(point -> point % 8).toArray();

      double improved = sum(costs, BalancedAssignment.of(costs, 8, start));

      assertThat(improved)
          .isLessThanOrEqualTo(sum(costs, start) + 1e-9)
          .isCloseTo(sum(costs, BalancedAssignment.of(costs, 8, null)), within(1e-6));
    }
  }

  @Test
  void heapsOfOneSizeAreFoundWhole() {
    Random random = new Random(4);
    double[][] points = points(random, 90, 3);
    for (int i = 0; i < points.length; i++) {
      points[i][i % 3] += 20;
    }

    int[] assignment = BalancedKMeans.of(points, 3, 7).assignment();

    for (int i = 3; i < points.length; i++) {
      assertThat(assignment[i]).isEqualTo(assignment[i % 3]);
    }
  }

  @Test
  void theSamePointsGiveTheSameBits() {
    double[][] points = points(new Random(5), 200, 4);

    BalancedKMeans once = BalancedKMeans.of(points, 5, 9);
    BalancedKMeans again = BalancedKMeans.of(points, 5, 9);

    assertThat(again.centres()).isDeepEqualTo(once.centres());
    assertThat(again.assignment()).isEqualTo(once.assignment());
  }

  private static double[][] points(Random random, int points, int dimensions) {
    double[][] all = new double[points][dimensions];
    for (double[] point : all) {
      Arrays.setAll(point, d -> random.nextDouble());
    }
    return all;
  }

  private static int[] sizes(int[] assignment, int clusters) {
    int[] sizes = new int[clusters];
    Arrays.stream(assignment).forEach(cluster -> sizes[cluster]++);
    return sizes;
  }

  private static double sum(double[][] costs, int[] assignment) {
    return IntStream.range(0, costs.length).mapToDouble(i -> costs[i][assignment[i]]).sum();
  }

  /** By trying all. */
  private static double cheapest(double[][] costs, int clusters) {
    int capacity = (costs.length + clusters - 1) / clusters;
    double cheapest = Double.POSITIVE_INFINITY;
    for (long code = 0; code < Math.pow(clusters, costs.length); code++) {
      int[] assignment = new int[costs.length];
      long left = code;
      for (int i = 0; i < costs.length; i++) {
        assignment[i] = (int) (left % clusters);
        left /= clusters;
      }
      if (Arrays.stream(sizes(assignment, clusters)).max().orElseThrow() <= capacity) {
        cheapest = Math.min(cheapest, sum(costs, assignment));
      }
    }
    return cheapest;
  }
}
