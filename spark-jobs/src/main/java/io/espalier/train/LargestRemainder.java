package io.espalier.train;

import io.espalier.config.ConfigException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Divides a whole number by shares (Hamilton's method): each gets its share rounded down, and what
 * is left goes to the largest remainders, the first of equal ones. Nobody gets nothing.
 */
final class LargestRemainder {
  private LargestRemainder() {}

  /**
   * Divides.
   *
   * @param total what is divided
   * @param shares positive, of any sum
   * @return parts of at least 1 whose sum is the total
   */
  static List<Long> divide(long total, double[] shares) {
    if (total < shares.length) {
      throw new ConfigException(
          "The experts share %d updates but are %d, and each makes at least one; more training.steps or a smaller training.seed_share would work"
              .formatted(total, shares.length));
    }
    long[] parts = new long[shares.length];
    boolean[] raised = new boolean[shares.length];
    // Whoever's share rounds to nothing gets one; the rest is divided among the others again.
    for (boolean again = true; again; ) {
      divide(total, shares, parts, raised);
      again = false;
      for (int i = 0; i < parts.length; i++) {
        if (parts[i] == 0) {
          raised[i] = true;
          parts[i] = 1;
          again = true;
        }
      }
    }
    return Arrays.stream(parts).boxed().toList();
  }

  private static void divide(long total, double[] shares, long[] parts, boolean[] raised) {
    List<Integer> dividing =
        new ArrayList<>(IntStream.range(0, shares.length).filter(i -> !raised[i]).boxed().toList());
    long left = total - (shares.length - dividing.size());
    double sum = dividing.stream().mapToDouble(i -> shares[i]).sum();
    double[] remainders = new double[shares.length];
    long divided = 0;
    for (int i : dividing) {
      double exact = left * (shares[i] / sum);
      parts[i] = (long) Math.floor(exact);
      remainders[i] = exact - parts[i];
      divided += parts[i];
    }
    dividing.sort(Comparator.comparingDouble((Integer i) -> remainders[i]).reversed());
    for (int n = 0; n < left - divided; n++) {
      parts[dividing.get(n)]++;
    }
  }
}
