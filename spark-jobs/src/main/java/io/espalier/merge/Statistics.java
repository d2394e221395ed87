package io.espalier.merge;

/**
 * What is to be known of a whole tensor before its first element can be merged. Parts are gathered
 * by several threads and put together in the order of the tensor's chunks, which are the same for
 * any number of threads: so sums have the same bits always. One thread at a time.
 */
sealed interface Statistics permits GramMatrix, MagnitudeHistogram {

  /** Statistics of the same kind that have seen nothing. */
  Statistics empty();

  /** Takes values into account; the inputs are as in {@link TensorRule#merge}. */
  void add(double[][] inputs, int elements);

  /** Adds what a part has seen, and leaves the part as if it had seen nothing. */
  void drain(Statistics part);
}
