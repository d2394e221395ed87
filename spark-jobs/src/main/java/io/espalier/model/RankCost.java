package io.espalier.model;

/**
 * What one rank of a training holds in memory and sends to others, by formula. Memory is what lies
 * between two calls of segments; what an operator needs while it runs, and what libraries take,
 * comes on top.
 *
 * @param weightBytes weights as they are stored: float32, or float64
 * @param computeWeightBytes their copy in the type of matrix products, where that is another
 * @param gradientBytes gradients, stored as weights are
 * @param momentBytes both moments of AdamW
 * @param activationBytes of one micro-batch, at the moment when they are most
 * @param tensorBytesSent to tensor-parallel ranks, in one update
 * @param dataBytesSent to data-parallel ranks, in one update
 */
public record RankCost(
    long weightBytes,
    long computeWeightBytes,
    long gradientBytes,
    long momentBytes,
    long activationBytes,
    long tensorBytesSent,
    long dataBytesSent) {

  /** Everything that is held for parameters. */
  public long parameterBytes() {
    return weightBytes + computeWeightBytes + gradientBytes + momentBytes;
  }

  /** Everything that is held. */
  public long memoryBytes() {
    return parameterBytes() + activationBytes;
  }

  /** Everything that is sent in one update. */
  public long bytesSent() {
    return tensorBytesSent + dataBytesSent;
  }
}
