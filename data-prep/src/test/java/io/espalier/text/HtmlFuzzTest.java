package io.espalier.text;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;

/** Whatever a page holds, its text is found, and finding it again in that text harms nothing. */
class HtmlFuzzTest {
  @FuzzTest(maxDuration = "20s", maxExecutions = 50_000)
  void anyPageHasAText(byte[] page) {
    HtmlText.withTitle(HtmlText.of(new String(page, StandardCharsets.UTF_8)));
  }
}
