package io.espalier.train;

import java.io.Serializable;
import java.util.Locale;

/**
 * One decision of the spike guard: what it saw and what it did.
 *
 * @param spikeStep number of the update that was a spike, from 1
 * @param what was too large: {@link #LOSS} or {@link #GRADIENT_NORM}
 * @param value of it
 * @param median of the updates before; NaN if there weren't enough yet
 * @param step updates made at the checkpoint that the training went back to
 * @param skippedSamples that were passed over: all from the checkpoint's next one on
 * @param learningRateFactor that the rest of the training has, of all spikes so far
 */
public record Rewind(
    long spikeStep,
    String what,
    double value,
    double median,
    long step,
    long skippedSamples,
    double learningRateFactor)
    implements Serializable {
  /** What was too large may be the loss. */
  public static final String LOSS = "loss";

  /** Or the gradient's norm. */
  public static final String GRADIENT_NORM = "gradient norm";

  private static final long serialVersionUID = 1L;

  @Override
  public String toString() {
    String limit =
        Double.isNaN(median)
            ? ""
            : String.format(Locale.ROOT, " where %.4g was the median before it", median);
    return String.format(
        Locale.ROOT,
        "%s %.4g at update %d%s: back to update %d, %d samples are passed over%s",
        what,
        value,
        spikeStep,
        limit,
        step,
        skippedSamples,
        learningRateFactor < 1
            ? String.format(Locale.ROOT, ", learning rates are × %.4g", learningRateFactor)
            : "");
  }
}
