package io.espalier.evaluate;

/** Sums what one model thinks of one split's tokens, and turns the sum into the metrics. */
final class LikelihoodSum {
  private final CompensatedSum negativeLogLikelihood = new CompensatedSum();
  private long tokens;
  private long bytes;

  void add(double[] logProbabilities, int sequenceBytes) {
    for (double logProbability : logProbabilities) {
      negativeLogLikelihood.add(-logProbability);
    }
    tokens += logProbabilities.length;
    bytes += sequenceBytes;
  }

  long tokens() {
    return tokens;
  }

  long bytes() {
    return bytes;
  }

  /** exp of the mean negative natural-log probability per token. */
  double perplexity() {
    return Math.exp(negativeLogLikelihood.value() / tokens);
  }

  double bitsPerByte() {
    return negativeLogLikelihood.value() / Math.log(2) / bytes;
  }
}
