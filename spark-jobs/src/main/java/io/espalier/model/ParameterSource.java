package io.espalier.model;

import java.nio.ByteBuffer;

/** A whole parameter's values, little-endian, row-major, of which a rank reads what it holds. */
@FunctionalInterface
public interface ParameterSource {

  /**
   * Fills the buffer.
   *
   * @param firstByte of the values, counted from the parameter's beginning
   * @param destination direct; its remaining bytes are filled
   */
  void read(long firstByte, ByteBuffer destination);
}
