package io.espalier.checkpoint;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.espalier.config.FormatException;
import java.nio.ByteBuffer;

/** Whatever a safetensors header says of the data behind it: tensors within it, or a sentence. */
class SafetensorsFuzzTest {
  @FuzzTest(maxDuration = "20s", maxExecutions = 50_000)
  void anyHeaderHasTensorsWithinItsDataOrIsRefused(FuzzedDataProvider data) {
    long dataBytes = data.consumeLong(0, 1 << 20);
    try {
      SafetensorsHeaderParser.parse(
              "any", ByteBuffer.wrap(data.consumeRemainingAsBytes()), dataBytes)
          .tensors()
          .forEach(tensor -> requireWithin(tensor, dataBytes));
    } catch (FormatException expected) {
      // That is the other outcome.
    }
  }

  private static void requireWithin(StoredTensor tensor, long dataBytes) {
    if (tensor.firstByte() < 0
        || tensor.endByte() < tensor.firstByte()
        || tensor.endByte() > dataBytes) {
      throw new AssertionError(tensor + " lies outside of " + dataBytes + " bytes");
    }
  }
}
