package io.espalier.merge;

import java.util.List;

/**
 * Keeps every change with the same probability and divides it by that, so that the expectation
 * stays (Yu et al. 2023, "Language Models are Super Mario", DARE). Whether a change stays is a pure
 * function of the seed, the tensor, the expert's name and the element's place: not of the order of
 * experts, nor of threads.
 */
final class RandomTrim implements Trim {
  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;
  private static final double UNIT = 0x1p-53;

  private final double density;
  private final long[] keys;

  private RandomTrim(double density, long[] keys) {
    this.density = density;
    this.keys = keys;
  }

  static Trim of(MergedTensor tensor, double density, long seed) {
    if (density >= 1) {
      return NOTHING;
    }
    List<String> experts = tensor.experts();
    long[] keys =
        experts.stream().mapToLong(expert -> key(seed, tensor.spec().name(), expert)).toArray();
    return new RandomTrim(density, keys);
  }

  private static long key(long seed, String tensor, String expert) {
    long key = mixed(seed);
    for (char letter : (tensor + "\n" + expert).toCharArray()) {
      key = mixed(key ^ letter);
    }
    return key;
  }

  @Override
  public void trim(int expert, double[] changes, long firstElement, int elements) {
    long key = keys[expert];
    double scale = 1 / density;
    for (int i = 0; i < elements; i++) {
      double uniform = (mixed(key + (firstElement + i) * GOLDEN_GAMMA) >>> 11) * UNIT;
      changes[i] = uniform < density ? changes[i] * scale : 0;
    }
  }

  /** SplitMix64's finaliser (Steele et al. 2014): every bit of the result depends on every bit. */
  private static long mixed(long value) {
    long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
