package io.espalier.train;

/**
 * What was gathered since the last row of metrics.
 *
 * @param lossSum sum of −ln p
 * @param targets that the sum is over
 * @param tokens target positions, padding included
 * @param seconds by the wall clock
 */
record MetricsInterval(double lossSum, long targets, long tokens, double seconds) {
  static final MetricsInterval EMPTY = new MetricsInterval(0, 0, 0, 0);

  MetricsInterval plus(double moreLoss, long moreTargets, long moreTokens) {
    return new MetricsInterval(
        lossSum + moreLoss, targets + moreTargets, tokens + moreTokens, seconds);
  }

  MetricsInterval plusSeconds(double more) {
    return new MetricsInterval(lossSum, targets, tokens, seconds + more);
  }
}
