package io.espalier.checkpoint;

import java.nio.ByteBuffer;

/** Gives the values of one tensor after the other, so that no more than one need be in memory. */
@FunctionalInterface
public interface TensorSource {

  /**
   * The values of a tensor, little-endian, between position and limit; valid until the next call.
   */
  ByteBuffer values(TensorSpec tensor);
}
