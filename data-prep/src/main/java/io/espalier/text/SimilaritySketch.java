package io.espalier.text;

import java.util.Arrays;

/**
 * A sketch of a set of hashes: place by place, two sets have the same value with the probability of
 * their Jaccard similarity (Dahlgaard, Knudsen, Thorup 2017, "Fast similarity sketching").
 *
 * <p>It is one-permutation hashing that fills its own gaps: in round 0 each element falls into one
 * place, and the smallest there stays. Places that stay empty are filled by the rounds after it,
 * whose values are larger than all before; from round {@code places} on, round i fills place i −
 * places with the smallest of all. A long text needs one round, so one hash per element, and a
 * short one has places as independent as those of MinHash, where densification copies neighbours.
 */
public final class SimilaritySketch {
  private static final long ROUND = 0x9E3779B97F4A7C15L;

  private SimilaritySketch() {}

  /**
   * The sketch of a set.
   *
   * @param elements hashes, at least one; repetitions don't matter
   * @param places values of the sketch
   */
  public static long[] of(long[] elements, int places) {
    long[] sketch = new long[places];
    Arrays.fill(sketch, Long.MAX_VALUE);
    int empty = places;
    for (int round = 0; empty > 0 && round < 2 * places; round++) {
      for (long element : elements) {
        long hash = ComparedWords.mixed(element + round * ROUND);
        int place = round < places ? (int) (((hash >>> 32) * places) >>> 32) : round - places;
        long value = ((long) round << 32) | (hash & 0xFFFFFFFFL);
        if (value < sketch[place]) {
          empty -= sketch[place] == Long.MAX_VALUE ? 1 : 0;
          sketch[place] = value;
        }
      }
    }
    return sketch;
  }

  /**
   * One hash per band of a sketch: sets that agree in all places of a band share it, and with
   * another band's they share none.
   */
  public static long[] bands(long[] sketch, int bands) {
    int rows = sketch.length / bands;
    long[] hashes = new long[bands];
    for (int band = 0; band < bands; band++) {
      hashes[band] = hash(sketch, band * rows, (band + 1) * rows, band);
    }
    return hashes;
  }

  /** One hash of the whole. */
  public static long whole(long[] sketch) {
    return hash(sketch, 0, sketch.length, -1);
  }

  private static long hash(long[] sketch, int first, int end, int seed) {
    long hash = ComparedWords.mixed(seed);
    for (int place = first; place < end; place++) {
      hash = ComparedWords.mixed(hash ^ sketch[place]);
    }
    return hash;
  }
}
