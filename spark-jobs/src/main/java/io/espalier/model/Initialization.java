package io.espalier.model;

import io.espalier.torch.Precision;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The weights of a new model as bytes. */
final class Initialization {
  private Initialization() {}

  /** One parameter, little-endian, ready to be set. */
  static ByteBuffer values(ParameterSpec spec, long seed, Precision precision) {
    NormalStream stream = new NormalStream(seed, spec.name());
    int elements = Math.toIntExact(spec.elements());
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(elements, precision.bytesPerElement()))
            .order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < elements; i++) {
      double value = spec.initializer().value(stream, i);
      if (precision == Precision.FLOAT64) {
        bytes.putDouble(value);
      } else {
        bytes.putFloat((float) value);
      }
    }
    return bytes.flip();
  }
}
