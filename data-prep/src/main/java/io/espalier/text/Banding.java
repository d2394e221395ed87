package io.espalier.text;

import java.io.Serializable;

/**
 * How a sketch is cut so that two texts of a similarity are compared: they are if they agree in all
 * rows of one band at least. With similarity s that has the probability 1 − (1 − s^rows)^bands.
 *
 * @param bands groups of places
 * @param rows places of a group
 */
public record Banding(int bands, int rows) implements Serializable {
  /** Share of the pairs at the threshold itself that must be compared; above it more are. */
  private static final double RECALL = 0.999;

  /** Each band of a document is a row to be sorted. */
  private static final int MOST_BANDS = 20;

  /**
   * As many rows as so many bands allow, since more rows mean fewer pairs to look at in vain: 18
   * bands of 5 rows at 0.8 (recall 0.9992; a pair of 0.4 is compared with probability 0.17).
   *
   * @param jaccard the threshold, at least 0.3, where 20 bands of one row do
   */
  public static Banding of(double jaccard) {
    Banding best = new Banding(bands(jaccard, 1), 1);
    for (int rows = 2; rows <= 32 && bands(jaccard, rows) <= MOST_BANDS; rows++) {
      best = new Banding(bands(jaccard, rows), rows);
    }
    return best;
  }

  /** Values of a sketch. */
  public int places() {
    return bands * rows;
  }

  /** Probability that two texts of this similarity are compared. */
  public double recall(double jaccard) {
    return 1 - Math.pow(1 - Math.pow(jaccard, rows), bands);
  }

  private static int bands(double jaccard, int rows) {
    double agree = Math.pow(jaccard, rows);
    return agree >= RECALL ? 1 : (int) Math.ceil(Math.log(1 - RECALL) / Math.log(1 - agree));
  }
}
