package io.espalier.model;

import io.espalier.config.ConfigException;
import io.espalier.torch.Precision;

/**
 * How a model computes; none of it changes what it is.
 *
 * @param precision of matrix products and of what is stored
 * @param recompute forget activations in forward and compute them again in backward: the activation
 *     memory of one segment instead of all, for about a third more time; the same bits
 * @param device {@code auto}, {@code cpu} or {@code cuda:<number>}
 * @param threads that one operator may use on the CPU
 */
public record ModelOptions(Precision precision, boolean recompute, String device, int threads) {
  public ModelOptions {
    if (threads < 1) {
      throw new ConfigException("threads is %d but must be positive".formatted(threads));
    }
  }
}
