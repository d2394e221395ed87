package io.espalier.model;

import java.util.ArrayList;
import java.util.List;

/**
 * Which stretches of a model's flat gradient are summed at once, in the order in which backward
 * completes them: the matrices of blocks from the last to the first, some blocks together; the
 * embeddings; everything without weight decay. Pure.
 *
 * @param buckets ranges of parameters
 * @param completeAtLayer how many buckets are complete once backward has passed a block, by block
 */
record GradientBuckets(List<Range> buckets, List<Integer> completeAtLayer) {
  /** 4 MB of float32: large enough for full speed, small enough to begin early. */
  private static final long LEAST_ELEMENTS = 1 << 20;

  GradientBuckets {
    buckets = List.copyOf(buckets);
    completeAtLayer = List.copyOf(completeAtLayer);
  }

  /** Parameters {@code [first, last)} in the order of memory. */
  record Range(int first, int last) {}

  /** Divides parameters into buckets that travel at full speed. */
  static GradientBuckets of(List<ParameterSpec> specs, int layers) {
    return of(specs, layers, LEAST_ELEMENTS);
  }

  /** Parameters, counted from 1, with which a bucket ends. */
  List<Integer> ends() {
    return buckets.stream().map(Range::last).toList();
  }

  /**
   * Divides parameters.
   *
   * @param specs in the order of memory
   * @param leastElements blocks are taken together until a bucket has as many
   */
  static GradientBuckets of(List<ParameterSpec> specs, int layers, long leastElements) {
    List<Range> buckets = new ArrayList<>();
    Integer[] complete = new Integer[layers];
    int decayed = (int) specs.stream().filter(ParameterSpec::decayed).count();
    int last = decayed;
    int first = decayed;
    long elements = 0;
    for (int layer = layers - 1; layer >= 0; layer--) {
      String prefix = Gpt2.block(layer) + ".";
      while (first > 0 && specs.get(first - 1).name().startsWith(prefix)) {
        elements += specs.get(--first).elements();
      }
      if (elements >= leastElements) {
        buckets.add(new Range(first, last));
        last = first;
        elements = 0;
      }
      complete[layer] = buckets.size();
    }
    buckets.add(new Range(0, last));
    buckets.add(new Range(decayed, specs.size()));
    return new GradientBuckets(buckets, List.of(complete));
  }
}
