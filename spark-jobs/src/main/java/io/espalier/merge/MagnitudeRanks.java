package io.espalier.merge;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds the magnitudes of given ranks among each expert's differences from the base, exactly, in
 * one pass and one more for each rank, without sorting or keeping a tensor. One thread at a time.
 */
final class MagnitudeRanks {
  private final int experts;
  private final long[] ranks;
  private final float[][] magnitudes;
  private final int[] prefixes;
  private final long[] ranksWithin;
  private @Nullable MagnitudeHistogram leading;
  private @Nullable MagnitudeHistogram behind;
  private int found;

  /**
   * @param ranks 0 for the smallest magnitude
   */
  MagnitudeRanks(int experts, long... ranks) {
    this.experts = experts;
    this.ranks = ranks.clone();
    this.magnitudes = new float[ranks.length][experts];
    this.prefixes = new int[experts];
    this.ranksWithin = new long[experts];
  }

  /** The next pass; empty when all magnitudes are known. */
  Optional<Statistics> next() {
    if (leading == null) {
      leading = MagnitudeHistogram.ofLeadingBits(experts);
      return Optional.of(leading);
    }
    if (behind != null) {
      read(behind);
      behind = null;
    }
    if (found == ranks.length) {
      return Optional.empty();
    }
    behind = behind(leading);
    return Optional.of(behind);
  }

  private MagnitudeHistogram behind(MagnitudeHistogram counted) {
    for (int expert = 0; expert < experts; expert++) {
      MagnitudeHistogram.Place place = counted.place(expert, ranks[found]);
      prefixes[expert] = place.bucket();
      ranksWithin[expert] = place.rankWithin();
    }
    return MagnitudeHistogram.ofBitsBehind(prefixes);
  }

  private void read(MagnitudeHistogram counted) {
    for (int expert = 0; expert < experts; expert++) {
      int low = counted.place(expert, ranksWithin[expert]).bucket();
      int bits = prefixes[expert] << MagnitudeHistogram.LOW_BITS | low;
      magnitudes[found][expert] = Float.intBitsToFloat(bits);
    }
    found++;
  }

  /** Of each expert, the magnitude of one of the ranks. */
  float[] of(int rank) {
    return magnitudes[rank].clone();
  }
}
