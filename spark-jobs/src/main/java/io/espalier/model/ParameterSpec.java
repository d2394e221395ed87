package io.espalier.model;

import java.util.List;

/**
 * One parameter of a model, as it lies in a checkpoint.
 *
 * @param name Hugging Face's, such as {@code transformer.h.0.attn.c_attn.weight}
 * @param shape lengths of the dimensions
 * @param decayed whether weight decay applies: to matrices, not to LayerNorms and biases
 * @param initializer what a new model starts with
 * @param split how tensor-parallel ranks share it
 */
public record ParameterSpec(
    String name, List<Long> shape, boolean decayed, Initializer initializer, Split split) {
  public ParameterSpec {
    shape = List.copyOf(shape);
  }

  /** Number of elements. */
  public long elements() {
    return shape.stream().reduce(1L, Math::multiplyExact);
  }
}
