package io.espalier.train;

import java.util.List;

/**
 * The places of a round, which hold every domain as often as its weight says: {@code [first[d],
 * first[d + 1])} are those of domain d. Weights are taken at their smallest, so that domains of
 * equal weight have one place each, and one domain alone has one.
 *
 * @param first of each domain, and the round's length
 */
@SuppressWarnings("ArrayRecordComponent") // computed with, never compared
record SampleRound(int[] first) {

  static SampleRound of(List<DomainSequences> domains) {
    int divisor = 0;
    for (DomainSequences domain : domains) {
      divisor = greatestCommonDivisor(domain.samplesPerRound(), divisor);
    }
    int[] first = new int[domains.size() + 1];
    for (int d = 0; d < domains.size(); d++) {
      first[d + 1] = Math.addExact(first[d], domains.get(d).samplesPerRound() / divisor);
    }
    return new SampleRound(first);
  }

  /** Samples in a round. */
  int length() {
    return first[first.length - 1];
  }

  /** Samples of a domain in each round. */
  int samples(int domain) {
    return first[domain + 1] - first[domain];
  }

  /** Whose place that is. */
  int domain(int place) {
    int found = java.util.Arrays.binarySearch(first, place);
    return found >= 0 ? found : -found - 2;
  }

  private static int greatestCommonDivisor(int a, int b) {
    return b == 0 ? a : greatestCommonDivisor(b, a % b);
  }
}
