package io.espalier.merge;

import java.util.Arrays;

/**
 * How many of each expert's differences from the base have which magnitude, by 16 of the
 * magnitude's 31 bits as float32: the leading ones of all elements, or the following 15 of those
 * with given leading ones. Counting needs no order, so a rank is found exactly in two passes.
 */
final class MagnitudeHistogram implements Statistics {
  static final int LOW_BITS = 15;
  private static final int LOW_MASK = (1 << LOW_BITS) - 1;
  private static final int BUCKETS = 1 << 16;
  private static final int ALL = -1;

  private final int[] prefixes;
  private final int experts;
  private final long[][] counts;

  private MagnitudeHistogram(int experts, int[] prefixes) {
    this.experts = experts;
    this.prefixes = prefixes;
    this.counts = new long[experts][prefixes[0] == ALL ? BUCKETS : LOW_MASK + 1];
  }

  /** Counts leading bits. */
  static MagnitudeHistogram ofLeadingBits(int experts) {
    int[] prefixes = new int[experts];
    Arrays.fill(prefixes, ALL);
    return new MagnitudeHistogram(experts, prefixes);
  }

  /**
   * Counts the bits behind the leading ones.
   *
   * @param prefixes the leading bits that matter, of each expert
   */
  static MagnitudeHistogram ofBitsBehind(int[] prefixes) {
    return new MagnitudeHistogram(prefixes.length, prefixes.clone());
  }

  @Override
  public MagnitudeHistogram empty() {
    return new MagnitudeHistogram(experts, prefixes);
  }

  @Override
  public void add(double[][] inputs, int elements) {
    double[] base = inputs[experts];
    for (int expert = 0; expert < experts; expert++) {
      if (prefixes[expert] == ALL) {
        countLeading(inputs[expert], base, elements, counts[expert]);
      } else {
        countBehind(prefixes[expert], inputs[expert], base, elements, counts[expert]);
      }
    }
  }

  private static void countLeading(double[] values, double[] base, int elements, long[] counts) {
    for (int i = 0; i < elements; i++) {
      counts[bits(values[i] - base[i]) >>> LOW_BITS]++;
    }
  }

  private static void countBehind(
      int prefix, double[] values, double[] base, int elements, long[] counts) {
    for (int i = 0; i < elements; i++) {
      int bits = bits(values[i] - base[i]);
      if (bits >>> LOW_BITS == prefix) {
        counts[bits & LOW_MASK]++;
      }
    }
  }

  /** The magnitude of a float32 as a number that grows with it. */
  static int bits(double difference) {
    return Float.floatToRawIntBits((float) difference) & Integer.MAX_VALUE;
  }

  @Override
  public void drain(Statistics part) {
    long[][] others = ((MagnitudeHistogram) part).counts;
    for (int expert = 0; expert < experts; expert++) {
      long[] sum = counts[expert];
      long[] other = others[expert];
      for (int bucket = 0; bucket < sum.length; bucket++) {
        sum[bucket] += other[bucket];
      }
      Arrays.fill(other, 0);
    }
  }

  /** The bucket that a rank lies in. */
  Place place(int expert, long rank) {
    long before = 0;
    int bucket = 0;
    while (bucket < counts[expert].length - 1 && before + counts[expert][bucket] <= rank) {
      before += counts[expert][bucket];
      bucket++;
    }
    return new Place(bucket, rank - before);
  }

  /**
   * Where a rank lies.
   *
   * @param rankWithin its rank among the elements of the bucket
   */
  record Place(int bucket, long rankWithin) {}
}
