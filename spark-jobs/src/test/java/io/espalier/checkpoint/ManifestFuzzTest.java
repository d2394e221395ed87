package io.espalier.checkpoint;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.espalier.config.FormatException;

/** Whatever a manifest holds: itself again, or a sentence. */
class ManifestFuzzTest {
  @FuzzTest(maxDuration = "20s", maxExecutions = 50_000)
  void anyBytesAreAManifestOrASentence(byte[] bytes) {
    try {
      ManifestFile.encode(ManifestFile.decode("manifest.json", bytes));
    } catch (FormatException expected) {
      // That is the other outcome.
    }
  }
}
