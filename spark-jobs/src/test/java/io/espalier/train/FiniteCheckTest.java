package io.espalier.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FiniteCheckTest {
  private static final float[] NO_NUMBERS = {
    Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.intBitsToFloat(0xFF800001)
  };
  private static final float[] EXTREMES = {
    0f, -0f, Float.MAX_VALUE, -Float.MAX_VALUE, Float.MIN_VALUE, Float.MIN_NORMAL, 1f, -1f
  };

  private static ByteBuffer floats(float... values) {
    ByteBuffer buffer =
        ByteBuffer.allocate(4 + 4 * values.length).order(ByteOrder.LITTLE_ENDIAN).position(4);
    for (float value : values) {
      buffer.putFloat(value);
    }
    return buffer.position(4).asReadOnlyBuffer();
  }

  private static ByteBuffer doubles(double... values) {
    ByteBuffer buffer = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (double value : values) {
      buffer.putDouble(value);
    }
    return buffer.flip();
  }

  @Test
  void everyFiniteFloatPasses() {
    assertThat(FiniteCheck.allFloats(floats())).isTrue();
    assertThat(FiniteCheck.allFloats(floats(EXTREMES))).isTrue();
    Random random = new Random(1);
    for (int i = 0; i < 10_000; i++) {
      float left = Float.intBitsToFloat(random.nextInt());
      float right = Float.intBitsToFloat(random.nextInt());
      assertThat(FiniteCheck.allFloats(floats(left, right)))
          .isEqualTo(Float.isFinite(left) && Float.isFinite(right));
    }
  }

  @Test
  void aFloatThatIsNoNumberIsFoundAtAnyPlace() {
    for (int length = 1; length <= 9; length++) {
      for (int at = 0; at < length; at++) {
        for (float bad : NO_NUMBERS) {
          float[] values = new float[length];
          values[at] = bad;
          assertThat(FiniteCheck.allFloats(floats(values))).isFalse();
        }
      }
    }
  }

  @Test
  void doublesAreCheckedAsDoubles() {
    assertThat(FiniteCheck.allDoubles(doubles(0, -1, Double.MAX_VALUE, Double.MIN_VALUE, 1e300)))
        .isTrue();
    assertThat(FiniteCheck.allDoubles(doubles(0, Double.NaN))).isFalse();
    assertThat(FiniteCheck.allDoubles(doubles(Double.NEGATIVE_INFINITY))).isFalse();
  }
}
