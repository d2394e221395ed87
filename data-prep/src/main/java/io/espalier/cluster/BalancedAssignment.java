package io.espalier.cluster;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Assigns points to clusters of equal capacity at the least sum of costs.
 *
 * <p>Moving a point from each cluster of a cycle to the next keeps all sizes; where such a cycle
 * lowers the sum it is carried out, and where there is none, the assignment is the best there is
 * (Klein 1967). Capacity that is left over is filled with points that cost nothing anywhere. For
 * one thread.
 */
final class BalancedAssignment {
  /** Gains below this are rounding. */
  private static final double SMALLEST_GAIN = 1e-9;

  private final double[][] costs;
  private final int clusters;
  private final int[][] members;
  private final double[][] gain;
  private final int[][] best;

  private BalancedAssignment(double[][] costs, int clusters, int[] start) {
    this.costs = costs;
    this.clusters = clusters;
    int capacity = capacity(costs.length, clusters);
    this.members = new int[clusters][capacity];
    this.gain = new double[clusters][clusters];
    this.best = new int[clusters][clusters];
    int[] sizes = new int[clusters];
    for (int point = 0; point < start.length; point++) {
      members[start[point]][sizes[start[point]]++] = point;
    }
    for (int cluster = 0; cluster < clusters; cluster++) {
      Arrays.fill(members[cluster], sizes[cluster], capacity, -1);
      findBest(cluster);
    }
  }

  /** Most points of one cluster. */
  static int capacity(int points, int clusters) {
    return (points + clusters - 1) / clusters;
  }

  /**
   * The best assignment.
   *
   * @param costs shape (points, clusters)
   * @param start an assignment within capacity to improve; null = none
   * @return the cluster of each point; its sum of costs is at most that of the start
   */
  static int[] of(double[][] costs, int clusters, int @Nullable [] start) {
    var assignment =
        new BalancedAssignment(costs, clusters, start == null ? greedy(costs, clusters) : start);
    while (assignment.improve()) {
      // Until no exchange lowers the sum.
    }
    return assignment.clusterOfEach();
  }

  /** Who would lose most by the second choice chooses first. */
  private static int[] greedy(double[][] costs, int clusters) {
    int capacity = capacity(costs.length, clusters);
    int[] sizes = new int[clusters];
    int[] chosen = new int[costs.length];
    IntStream.range(0, costs.length)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer point) -> -regret(costs[point])))
        .forEachOrdered(
            point -> {
              int nearest = -1;
              for (int c = 0; c < clusters; c++) {
                if (sizes[c] < capacity
                    && (nearest < 0 || costs[point][c] < costs[point][nearest])) {
                  nearest = c;
                }
              }
              chosen[point] = nearest;
              sizes[nearest]++;
            });
    return chosen;
  }

  private static double regret(double[] costs) {
    double first = Double.POSITIVE_INFINITY;
    double second = Double.POSITIVE_INFINITY;
    for (double cost : costs) {
      second = Math.min(second, Math.max(first, cost));
      first = Math.min(first, cost);
    }
    return costs.length > 1 ? second - first : 0;
  }

  /** For each other cluster, the member that moves there at the least additional cost. */
  private void findBest(int from) {
    for (int to = 0; to < clusters; to++) {
      gain[from][to] = Double.POSITIVE_INFINITY;
      for (int slot = 0; slot < members[from].length; slot++) {
        double change = cost(members[from][slot], to) - cost(members[from][slot], from);
        if (change < gain[from][to]) {
          gain[from][to] = change;
          best[from][to] = slot;
        }
      }
    }
  }

  private double cost(int point, int cluster) {
    return point < 0 ? 0 : costs[point][cluster];
  }

  /** Carries out one cycle that lowers the sum, if there is one. */
  private boolean improve() {
    int[] cycle = negativeCycle();
    double sum = 0;
    for (int i = 0; i < cycle.length; i++) {
      sum += gain[cycle[i]][cycle[(i + 1) % cycle.length]];
    }
    if (!(sum < -SMALLEST_GAIN)) {
      return false;
    }
    int[] moving = new int[cycle.length];
    int[] slots = new int[cycle.length];
    for (int i = 0; i < cycle.length; i++) {
      slots[i] = best[cycle[i]][cycle[(i + 1) % cycle.length]];
      moving[i] = members[cycle[i]][slots[i]];
    }
    for (int i = 0; i < cycle.length; i++) {
      int to = (i + 1) % cycle.length;
      members[cycle[to]][slots[to]] = moving[i];
    }
    for (int cluster : cycle) {
      findBest(cluster);
    }
    return true;
  }

  /** Bellman and Ford: a cluster that still comes nearer after all rounds lies behind a cycle. */
  private int[] negativeCycle() {
    double[] distance = new double[clusters];
    int[] previous = new int[clusters];
    int changed = -1;
    for (int round = 0; round <= clusters; round++) {
      changed = -1;
      for (int from = 0; from < clusters; from++) {
        for (int to = 0; to < clusters; to++) {
          double through = distance[from] + gain[from][to];
          if (from != to && through < distance[to] - SMALLEST_GAIN / (2 * clusters)) {
            distance[to] = through;
            previous[to] = from;
            changed = to;
          }
        }
      }
      if (changed < 0) {
        return new int[0];
      }
    }
    for (int i = 0; i < clusters; i++) {
      changed = previous[changed];
    }
    IntStream.Builder backwards = IntStream.builder();
    int at = changed;
    do {
      backwards.add(at);
      at = previous[at];
    } while (at != changed);
    int[] cycle = backwards.build().toArray();
    return IntStream.range(0, cycle.length).map(i -> cycle[cycle.length - 1 - i]).toArray();
  }

  private int[] clusterOfEach() {
    int[] cluster = new int[costs.length];
    for (int c = 0; c < clusters; c++) {
      for (int point : members[c]) {
        if (point >= 0) {
          cluster[point] = c;
        }
      }
    }
    return cluster;
  }
}
