package io.espalier.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FrontMatterTest {
  @Test
  void yamlBetweenDashesIsNoText() {
    String markdown =
        "---\ntitle: \"Pears: a story\"\ntags:\n- fruit\n  - more\n# note\n\n---\n# Pears\n";

    assertThat(FrontMatter.without(markdown)).isEqualTo("# Pears\n");
    assertThat(FrontMatter.without(markdown.replace("\n", "\r\n"))).isEqualTo("# Pears\r\n");
    assertThat(FrontMatter.without("---\na: 1\n...\n")).isEmpty();
    assertThat(FrontMatter.without("---\na: 1\n---")).isEmpty();
  }

  @Test
  void rulesInATextStay() {
    for (String text :
        new String[] {
          "---\nA pear fell.\n---\nAnother followed.",
          "---\na: 1\nnever closed",
          "--- \n",
          "Pears\n---\na: 1\n---\n",
          ""
        }) {
      assertThat(FrontMatter.without(text)).isEqualTo(text);
    }
  }

  @Test
  void aMillionLinesOfItTakeNoLongerThanTheyAre() {
    String lines = "key: value\n".repeat(100_000);

    assertThat(FrontMatter.without("---\n" + lines + "---\nText")).isEqualTo("Text");
    assertThat(FrontMatter.without("---\n" + lines)).startsWith("---");
  }
}
