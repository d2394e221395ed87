package io.espalier.train;

/**
 * One stretch of an expert's training under a {@link MarginalBudget}, and what it came to.
 *
 * @param round of the decisions, from 1
 * @param roundSlices how many slices the round gives away
 * @param domain of the expert
 * @param number of the expert's slices, from 1
 * @param perplexityBefore on the domain's validation split
 * @param perplexityAfter on the same sequences
 * @param deviceSeconds of its training
 */
public record Slice(
    int round,
    int roundSlices,
    String domain,
    int number,
    double perplexityBefore,
    double perplexityAfter,
    double deviceSeconds) {
  /** No training is measured more finely. */
  private static final double LEAST_SECONDS = 1e-9;

  /** How much the perplexity fell per device-second; below 0 where it rose. */
  public double gain() {
    return (perplexityBefore - perplexityAfter) / Math.max(deviceSeconds, LEAST_SECONDS);
  }
}
