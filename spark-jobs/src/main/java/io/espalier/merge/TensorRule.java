package io.espalier.merge;

import java.util.Optional;

/**
 * How one tensor is merged: first passes over the whole of it for what statistics it wants, then
 * its elements, each by itself. Asked for statistics by one thread, for values by many.
 */
interface TensorRule {

  /**
   * The statistics that must be gathered next; they are complete when this is asked again. Empty
   * when values can be merged.
   */
  default Optional<Statistics> next() {
    return Optional.empty();
  }

  /**
   * Merges a part of the tensor; which part is left to the caller, so an element's result must
   * depend on nothing but the statistics, its place and that element of the inputs.
   *
   * @param inputs values of the experts, then of the base where the method needs it, shape (inputs,
   *     at least elements); may be overwritten
   * @param firstElement the part's place in the tensor
   * @param elements how many values there are
   * @param merged receives the result
   */
  void merge(double[][] inputs, long firstElement, int elements, double[] merged);
}
