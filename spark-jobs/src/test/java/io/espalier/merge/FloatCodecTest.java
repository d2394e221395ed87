package io.espalier.merge;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.checkpoint.TensorType;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FloatCodecTest {
  private static final int ALL = 1 << Short.SIZE;

  @ParameterizedTest
  @EnumSource(names = {"BFLOAT16", "FLOAT16"})
  void everyNumberOfSixteenBitsComesBackAsItIs(TensorType type) {
    ByteBuffer bytes = ByteBuffer.allocate(2 * ALL).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer back = ByteBuffer.allocate(2 * ALL).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < ALL; i++) {
      bytes.putShort(2 * i, (short) i);
    }
    double[] values = new double[ALL];
    FloatCodec codec = new FloatCodec(ALL);
    codec.decode(type, bytes, 0, ALL, values);
    codec.encode(type, values, back, 0, ALL);
    for (int i = 0; i < ALL; i++) {
      if (Double.isNaN(values[i])) {
        assertThat(decoded(type, back.getShort(2 * i))).isNaN();
      } else {
        assertThat(back.getShort(2 * i)).isEqualTo((short) i);
      }
    }
  }

  /** Values from IEEE 754 and numpy.float16. */
  @Test
  void float16HasItsWellKnownValues() {
    assertThat(FloatCodec.ofFloat16((short) 0x3C00)).isEqualTo(1);
    assertThat(FloatCodec.ofFloat16((short) 0xC000)).isEqualTo(-2);
    assertThat(FloatCodec.ofFloat16((short) 0x7BFF)).isEqualTo(65504);
    assertThat(FloatCodec.ofFloat16((short) 0x0400)).isEqualTo(0x1p-14);
    assertThat(FloatCodec.ofFloat16((short) 0x0001)).isEqualTo(0x1p-24);
    assertThat(FloatCodec.ofFloat16((short) 0x3555)).isEqualTo(0.333251953125);
    assertThat(FloatCodec.ofFloat16((short) 0x7C00)).isInfinite();
    assertThat(FloatCodec.toFloat16(65519.9)).isEqualTo((short) 0x7BFF);
    assertThat(FloatCodec.toFloat16(65520)).isEqualTo((short) 0x7C00);
    assertThat(FloatCodec.toFloat16(0x1p-25)).isEqualTo((short) 0);
    assertThat(FloatCodec.toFloat16(Math.nextUp(0x1p-25))).isEqualTo((short) 1);
    assertThat(FloatCodec.toFloat16(-1e-9)).isEqualTo((short) 0x8000);
    assertThat(FloatCodec.toFloat16(Math.nextDown(0x1p-14))).isEqualTo((short) 0x0400);
  }

  @Test
  void bfloat16RoundsOnceToNearestTiesToEven() {
    assertThat(FloatCodec.toBfloat16(1 + 0x1p-8)).isEqualTo((short) 0x3F80);
    assertThat(FloatCodec.toBfloat16(1 + 3 * 0x1p-8)).isEqualTo((short) 0x3F82);
    // By way of float32 this would become the tie and then 1.
    assertThat(FloatCodec.toBfloat16(1 + 0x1p-8 + 0x1p-40)).isEqualTo((short) 0x3F81);
    assertThat(FloatCodec.toBfloat16(Double.MAX_VALUE)).isEqualTo((short) 0x7F80);
  }

  @ParameterizedTest
  @EnumSource(names = {"BFLOAT16", "FLOAT16"})
  void noOtherNumberIsNearer(TensorType type) {
    Random random = new Random(3);
    for (int i = 0; i < 20_000; i++) {
      double value = random.nextGaussian() * Math.pow(2, random.nextInt(20) - 10);
      short bits =
          type == TensorType.FLOAT16 ? FloatCodec.toFloat16(value) : FloatCodec.toBfloat16(value);
      BigDecimal distance = distance(value, decoded(type, bits));
      assertThat(distance).isLessThanOrEqualTo(distance(value, decoded(type, (short) (bits + 1))));
      assertThat(distance).isLessThanOrEqualTo(distance(value, decoded(type, (short) (bits - 1))));
    }
  }

  private static BigDecimal distance(double one, double other) {
    return new BigDecimal(one).subtract(new BigDecimal(other)).abs();
  }

  private static double decoded(TensorType type, short bits) {
    ByteBuffer bytes = ByteBuffer.allocate(2).order(ByteOrder.LITTLE_ENDIAN).putShort(0, bits);
    double[] value = new double[1];
    new FloatCodec(1).decode(type, bytes, 0, 1, value);
    return value[0];
  }
}
