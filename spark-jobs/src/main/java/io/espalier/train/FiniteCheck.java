package io.espalier.train;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;

/**
 * Finds infinities and NaNs among little-endian numbers: those whose exponent is all ones. Eight
 * bytes at a time, because every number of every checkpoint goes through here: adding one to a full
 * exponent, and to no other, carries into the sign.
 */
final class FiniteCheck {
  private static final long TWO_FLOAT_EXPONENTS = 0x7F8000007F800000L;
  private static final long TWO_FLOAT_ONES = 0x0080000000800000L;
  private static final long TWO_FLOAT_SIGNS = 0x8000000080000000L;
  private static final long DOUBLE_EXPONENT = 0x7FF0000000000000L;
  private static final long DOUBLE_ONE = 0x0010000000000000L;

  private FiniteCheck() {}

  static boolean allFloats(ByteBuffer values) {
    ByteBuffer bytes = values.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    boolean odd = bytes.remaining() % Long.BYTES != 0;
    boolean lastFinite = !odd || Float.isFinite(bytes.getFloat(bytes.limit() - Float.BYTES));
    return lastFinite
        && carries(bytes.asLongBuffer(), TWO_FLOAT_EXPONENTS, TWO_FLOAT_ONES, TWO_FLOAT_SIGNS) == 0;
  }

  static boolean allDoubles(ByteBuffer values) {
    LongBuffer numbers = values.duplicate().order(ByteOrder.LITTLE_ENDIAN).asLongBuffer();
    return carries(numbers, DOUBLE_EXPONENT, DOUBLE_ONE, Long.MIN_VALUE) == 0;
  }

  private static long carries(LongBuffer numbers, long exponents, long ones, long signs) {
    long carries = 0;
    int count = numbers.remaining();
    for (int i = 0; i < count; i++) {
      carries |= (numbers.get(i) & exponents) + ones;
    }
    return carries & signs;
  }
}
