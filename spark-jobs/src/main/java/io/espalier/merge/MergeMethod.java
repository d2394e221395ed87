package io.espalier.merge;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.io.Serializable;

/**
 * How the experts' values of a parameter become one. Equal experts must give the same values again,
 * and an expert of weight 1 its own; the order of the experts may matter by rounding alone.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
public sealed interface MergeMethod extends Serializable permits LinearMerge {

  /**
   * Merges a part of a tensor; which part is left to the caller, so an element's result must depend
   * on nothing but that element in the experts. Thread-safe.
   *
   * @param experts the values, shape (experts, at least elements); not to be changed
   * @param weights share of each expert: none negative, 1 in sum
   * @param elements how many values there are
   * @param merged receives the result
   */
  void merge(double[][] experts, double[] weights, int elements, double[] merged);
}
