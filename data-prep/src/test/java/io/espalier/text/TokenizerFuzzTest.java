package io.espalier.text;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.espalier.config.ConfigException;
import io.espalier.config.FormatException;
import java.nio.charset.StandardCharsets;

/** Whatever a tokenizer.json holds, the native library behind it never ends the process. */
class TokenizerFuzzTest {
  @FuzzTest(maxDuration = "20s", maxExecutions = 20_000)
  void anyBytesAreATokenizerOrASentence(byte[] bytes) {
    String json = new String(bytes, StandardCharsets.UTF_8);
    try (Tokenizer tokenizer = Tokenizer.open(TokenizerFile.given("any.json", json, ""))) {
      tokenizer.encode("Fig trees, pleached: 1687\u2026");
    } catch (ConfigException | FormatException expected) {
      // That is the other outcome.
    }
  }
}
