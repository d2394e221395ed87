package io.espalier.merge;

import java.util.Optional;

/**
 * Keeps the changes whose magnitudes have certain ranks among all of the tensor; magnitudes are
 * compared as float32, as mergekit does it. Equal ones at the border are all kept or none, as the
 * papers' thresholds have it, so that an element's fate doesn't depend on its place. What is not a
 * number is kept: it must show.
 */
final class MagnitudeTrim implements Trim {
  private final MagnitudeRanks ranks;
  private final boolean cutsLargest;
  private float[] smallestKept = {};
  private float[] largestKept = {};

  private MagnitudeTrim(MagnitudeRanks ranks, boolean cutsLargest) {
    this.ranks = ranks;
    this.cutsLargest = cutsLargest;
  }

  /** Keeps the share of the largest changes, one at least (Yadav et al. 2023, "TIES-Merging"). */
  static Trim keepLargest(int experts, long elements, double density) {
    if (density >= 1 || elements == 0) {
      return NOTHING;
    }
    long kept = Math.max(1, (long) (density * elements));
    return new MagnitudeTrim(new MagnitudeRanks(experts, elements - kept), false);
  }

  /**
   * Cuts the share {@code gamma} of the largest changes, then so many of the smallest that the
   * share {@code density} stays (Davari and Belilovsky 2023, "Model Breadcrumbs").
   */
  static Trim keepMiddle(int experts, long elements, double density, double gamma) {
    if (density >= 1 || elements == 0) {
      return NOTHING;
    }
    long kept = (long) (density * elements);
    if (kept == 0) {
      return (expert, changes, first, count) -> java.util.Arrays.fill(changes, 0, count, 0);
    }
    long first = Math.max(0, elements - kept - (long) (gamma * elements));
    return new MagnitudeTrim(new MagnitudeRanks(experts, first, first + kept - 1), true);
  }

  @Override
  public Optional<Statistics> next() {
    Optional<Statistics> next = ranks.next();
    if (next.isEmpty()) {
      smallestKept = ranks.of(0);
      largestKept = cutsLargest ? ranks.of(1) : smallestKept;
    }
    return next;
  }

  @Override
  public void trim(int expert, double[] changes, long firstElement, int elements) {
    float smallest = smallestKept[expert];
    float largest = cutsLargest ? largestKept[expert] : Float.POSITIVE_INFINITY;
    for (int i = 0; i < elements; i++) {
      float magnitude = Math.abs((float) changes[i]);
      changes[i] = magnitude < smallest || magnitude > largest ? 0 : changes[i];
    }
  }
}
