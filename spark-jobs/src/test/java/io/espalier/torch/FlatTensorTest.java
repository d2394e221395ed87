package io.espalier.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;

final class FlatTensorTest {
  private static final List<List<Long>> SHAPES =
      List.of(List.of(3L, 5L), List.of(7L), List.of(16L));

  @Test
  void everyTensorStartsAtAMultipleOf64Bytes() {
    try (TensorScope scope = TensorScope.open(ComputeDevice.CPU)) {
      for (Precision precision : Precision.values()) {
        FlatTensor flat = FlatTensor.zeros(scope, precision, SHAPES);
        long unit = 64 / precision.bytesPerElement();
        long elements = (15 + unit - 1) / unit * unit + unit + 16;
        assertThat(flat.whole().shape()).containsExactly(elements);
        assertThat(flat.parts()).extracting(Tensor::shape).isEqualTo(SHAPES);
      }
    }
  }

  @Test
  void partsAreWindowsOnTheWhole() {
    try (TensorScope scope = TensorScope.open(ComputeDevice.CPU)) {
      FlatTensor flat = FlatTensor.zeros(scope, Precision.FLOAT32, SHAPES);
      flat.set(1, 2, floats(5, 6));
      assertThat(flat.parts().get(1).toFloats()).containsExactly(0, 0, 5, 6, 0, 0, 0);
      assertThat(flat.whole().toFloats())
          .hasSize(48)
          .contains(5, org.assertj.core.data.Index.atIndex(18));
      assertThat(flat.range(1, 3).toFloats()).hasSize(32).startsWith(0, 0, 5, 6);
      assertThat(flat.bytes(1).getFloat(12)).isEqualTo(6);
    }
  }

  @Test
  void aStretchCanBeDividedIntoAlignedShares() {
    FlatLayout layout = FlatLayout.of(Precision.FLOAT32, SHAPES, List.of(2, 3), 3);
    assertThat(layout.starts()).containsExactly(0L, 16L, 48L, 96L);
    try (TensorScope scope = TensorScope.open(ComputeDevice.CPU)) {
      FlatTensor flat = FlatTensor.zeros(scope, Precision.FLOAT32, layout);
      flat.set(2, 1, floats(8, 9));
      assertThat(flat.elements(48, 3).toFloats()).containsExactly(0, 8, 9);
      assertThat(flat.elements(2, 2, 2).toFloats()).containsExactly(9, 0);
      assertThat(flat.range(2, 3).shape()).containsExactly(48L);
    }
  }

  @Test
  void elementsOutsideTheTensorAreRefused() {
    try (TensorScope scope = TensorScope.open(ComputeDevice.CPU)) {
      FlatTensor flat = FlatTensor.zeros(scope, Precision.FLOAT32, SHAPES);
      assertThatThrownBy(() -> flat.set(1, 6, floats(1, 2)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("8 bytes from element 6 on don't fit into a tensor of shape [7]");
      assertThatThrownBy(() -> flat.set(1, 0, ByteBuffer.allocate(6)))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void readOnlyHeapAndDirectBuffersAreAllTaken() {
    try (TensorScope scope = TensorScope.open(ComputeDevice.CPU)) {
      FlatTensor flat = FlatTensor.zeros(scope, Precision.FLOAT32, SHAPES);
      ByteBuffer direct = ByteBuffer.allocateDirect(16).order(ByteOrder.LITTLE_ENDIAN);
      direct.putFloat(9).putFloat(1).putFloat(2).putFloat(9);
      direct.position(4).limit(12);
      flat.set(1, 0, direct.asReadOnlyBuffer());
      flat.set(1, 2, floats(3, 4).asReadOnlyBuffer());
      assertThat(flat.parts().get(1).toFloats()).containsExactly(1, 2, 3, 4, 0, 0, 0);
    }
  }

  private static ByteBuffer floats(float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      bytes.putFloat(value);
    }
    return bytes.flip();
  }
}
