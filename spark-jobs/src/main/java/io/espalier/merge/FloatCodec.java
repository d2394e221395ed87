package io.espalier.merge;

import io.espalier.checkpoint.TensorType;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Set;

/**
 * Stored elements to float64 and back, rounded to nearest, ties to even. Arrays in between, because
 * the compiler makes better loops of them than of buffers. One thread at a time.
 */
final class FloatCodec {
  /** The types that can be merged. */
  static final Set<TensorType> TYPES =
      Set.of(TensorType.FLOAT32, TensorType.FLOAT64, TensorType.BFLOAT16, TensorType.FLOAT16);

  private static final int BFLOAT16_SIGNIFICAND_BITS = 8;
  private static final int BFLOAT16_MINIMUM_EXPONENT = -126;
  private static final int FLOAT16_SIGNIFICAND_BITS = 11;
  private static final int FLOAT16_MINIMUM_EXPONENT = -14;
  private static final int FLOAT16_MAXIMUM_EXPONENT = 15;

  private final float[] floats;

  /** Codec for batches of at most this many elements. */
  FloatCodec(int elements) {
    this.floats = new float[elements];
  }

  /** Reads elements from little-endian bytes. */
  void decode(TensorType type, ByteBuffer bytes, int firstElement, int count, double[] values) {
    switch (type) {
      case FLOAT32 -> {
        bytes.asFloatBuffer().get(firstElement, floats, 0, count);
        for (int i = 0; i < count; i++) {
          values[i] = floats[i];
        }
      }
      case FLOAT64 -> bytes.asDoubleBuffer().get(firstElement, values, 0, count);
      case BFLOAT16 -> {
        for (int i = 0; i < count; i++) {
          values[i] = Float.intBitsToFloat(bytes.getShort(2 * (firstElement + i)) << Short.SIZE);
        }
      }
      case FLOAT16 -> {
        for (int i = 0; i < count; i++) {
          values[i] = ofFloat16(bytes.getShort(2 * (firstElement + i)));
        }
      }
      default -> throw new IllegalArgumentException(type.code() + " is no type of real numbers");
    }
  }

  /** Writes elements as little-endian bytes. */
  void encode(TensorType type, double[] values, ByteBuffer bytes, int firstElement, int count) {
    switch (type) {
      case FLOAT32 -> {
        for (int i = 0; i < count; i++) {
          floats[i] = (float) values[i];
        }
        FloatBuffer view = bytes.asFloatBuffer();
        view.put(firstElement, floats, 0, count);
      }
      case FLOAT64 -> bytes.asDoubleBuffer().put(firstElement, values, 0, count);
      case BFLOAT16 -> {
        for (int i = 0; i < count; i++) {
          bytes.putShort(2 * (firstElement + i), toBfloat16(values[i]));
        }
      }
      case FLOAT16 -> {
        for (int i = 0; i < count; i++) {
          bytes.putShort(2 * (firstElement + i), toFloat16(values[i]));
        }
      }
      default -> throw new IllegalArgumentException(type.code() + " is no type of real numbers");
    }
  }

  static short toBfloat16(double value) {
    double nearest = nearest(value, BFLOAT16_SIGNIFICAND_BITS, BFLOAT16_MINIMUM_EXPONENT);
    return (short) (Float.floatToRawIntBits((float) nearest) >>> Short.SIZE);
  }

  static double ofFloat16(short bits) {
    int exponent = (bits >> 10) & 0x1F;
    int fraction = bits & 0x3FF;
    double magnitude;
    if (exponent == 0x1F) {
      // The payload of a NaN survives the way there and back.
      magnitude = Float.intBitsToFloat(0x7F800000 | (fraction << 13));
    } else if (exponent == 0) {
      magnitude = Math.scalb((double) fraction, FLOAT16_MINIMUM_EXPONENT - 10);
    } else {
      magnitude = Math.scalb((double) (0x400 | fraction), exponent - 25);
    }
    return bits < 0 ? -magnitude : magnitude;
  }

  static short toFloat16(double value) {
    int sign = (int) (Double.doubleToRawLongBits(value) >>> 48) & 0x8000;
    double nearest = Math.abs(nearest(value, FLOAT16_SIGNIFICAND_BITS, FLOAT16_MINIMUM_EXPONENT));
    int exponent = Math.getExponent(nearest);
    if (Double.isNaN(nearest)) {
      return (short) (sign | 0x7E00 | ((Float.floatToRawIntBits((float) nearest) >> 13) & 0x3FF));
    }
    if (exponent > FLOAT16_MAXIMUM_EXPONENT) {
      return (short) (sign | 0x7C00);
    }
    if (exponent < FLOAT16_MINIMUM_EXPONENT) {
      return (short) (sign | (int) Math.scalb(nearest, 10 - FLOAT16_MINIMUM_EXPONENT));
    }
    int significand = (int) Math.scalb(nearest, 10 - exponent);
    return (short) (sign | ((exponent + 15) << 10) | (significand & 0x3FF));
  }

  /** The nearest number of so many significand bits; rounding twice could miss it. */
  private static double nearest(double value, int significandBits, int minimumExponent) {
    int exponent = Math.max(Math.getExponent(value), minimumExponent);
    double unit = Math.scalb(1.0, exponent - (significandBits - 1));
    return Math.rint(value / unit) * unit;
  }
}
