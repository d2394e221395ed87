package io.espalier.config;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;

/** Whatever a YAML file holds (aliases that multiply, depth, odd keys): a tree or a sentence. */
class ConfigFuzzTest {
  @FuzzTest(maxDuration = "20s", maxExecutions = 50_000)
  void anyBytesAreATreeOrASentence(byte[] bytes) {
    try {
      ConfigFile.toYaml(ConfigFile.parse("any.yaml", new String(bytes, StandardCharsets.UTF_8)));
    } catch (ConfigException expected) {
      // That is the other outcome.
    }
  }
}
