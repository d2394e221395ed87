package io.espalier.train;

/**
 * A permutation of 0 … size−1 that is computed, not stored: a Feistel network over the next power
 * of four, walked along its cycle until it is back inside (Black and Rogaway 2002, "Ciphers with
 * arbitrary finite domains").
 *
 * <p>Any position is found in constant time and memory, so the order of a domain with a billion
 * sequences costs nothing, and going on in the middle needs a counter only. Thread-safe.
 *
 * @param key picks the permutation
 */
record KeyedPermutation(long size, long key) {
  /** Four rounds make a good permutation of large domains; small halves want more. */
  private static final int ROUNDS = 8;

  /** The network's block has at most 62 bits, so that its values are never negative. */
  private static final long LARGEST = 1L << 62;

  private static final long GOLDEN_RATIO = 0x9E3779B97F4A7C15L;

  KeyedPermutation {
    if (size < 1 || size > LARGEST) {
      throw new IllegalArgumentException(
          "A permutation has 1 to %d elements, not %d".formatted(LARGEST, size));
    }
  }

  /** What stands at {@code position}, 0 ≤ position &lt; size. */
  long at(long position) {
    if (position < 0 || position >= size) {
      throw new IllegalArgumentException("Position %d of %d".formatted(position, size));
    }
    if (size == 1) {
      return 0;
    }
    int halfBits = (65 - Long.numberOfLeadingZeros(size - 1)) / 2;
    long value = position;
    do {
      value = encrypt(value, halfBits);
    } while (value >= size);
    return value;
  }

  private long encrypt(long value, int halfBits) {
    long mask = (1L << halfBits) - 1;
    long left = value >>> halfBits;
    long right = value & mask;
    for (int round = 0; round < ROUNDS; round++) {
      long next = left ^ (mix(right + mix(key + round * GOLDEN_RATIO)) & mask);
      left = right;
      right = next;
    }
    return left << halfBits | right;
  }

  /** The finaliser of SplitMix64 (Steele et al. 2014): every bit depends on every bit. */
  static long mix(long value) {
    long z = value + GOLDEN_RATIO;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
