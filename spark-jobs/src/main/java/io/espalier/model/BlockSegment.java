package io.espalier.model;

import io.espalier.torch.Tensor;
import java.util.List;

/**
 * One sublayer of a transformer block. The script has three functions for it: {@code
 * <function>(stream, partial, weights…)} → {@code [x, partial, kept…]}, {@code <function>_again(x,
 * weights…)} → {@code [partial, kept…]}, and {@code <function>_backward(d_stream, d_partial, x,
 * kept…, weights…, gradients…)} → {@code [d_stream, d_partial]}.
 *
 * @param function name of the forward function
 * @param weights what forward reads, in the order of its parameters
 * @param gradients where backward adds the gradients, in the same order; empty if there is no
 *     training
 */
record BlockSegment(String function, List<Tensor> weights, List<Tensor> gradients) {
  BlockSegment {
    weights = List.copyOf(weights);
    gradients = List.copyOf(gradients);
  }
}
