package io.espalier.cluster;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.espalier.config.FormatException;
import java.nio.charset.StandardCharsets;

/** Whatever a file of cluster models holds: models or a sentence. */
class ClusterModelsFuzzTest {
  @FuzzTest(maxDuration = "20s", maxExecutions = 20_000)
  void anyBytesAreModelsOrASentence(byte[] bytes) {
    try {
      ClusterModels.parse("model.json", new String(bytes, StandardCharsets.UTF_8));
    } catch (FormatException expected) {
      // That is the other outcome.
    }
  }
}
