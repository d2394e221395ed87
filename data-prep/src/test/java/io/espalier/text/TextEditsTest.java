package io.espalier.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Examples of what edits of markup, encoding and lines do and leave. */
class TextEditsTest {
  private static String repaired(String text) {
    return new MojibakeEdit().edit(text).text();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "café naïve – “quoted” 5€",
        "Привет, мир",
        "日本語のテキスト",
        "L’été 😀",
      })
  void wrongDecodingIsUndoneOnceAndTwice(String text) {
    String once = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    String twice = new String(once.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    assertThat(repaired(once)).isEqualTo(text);
    assertThat(repaired(twice)).isEqualTo(text);
  }

  @Test
  void whatWindowsCannotWriteIsKnownByWhatItLost() {
    Charset windows = Charset.forName("windows-1252");
    String text = "the “poor” man’s";
    String wrong = new String(text.getBytes(StandardCharsets.UTF_8), windows);
    assertThat(wrong).contains("\uFFFD");
    assertThat(repaired(wrong)).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "“MANHÃ” E AMANHÃ",
        "„Spaß“",
        "Spaß“",
        "naïve café, façade, Ångström, ÇA VA",
        "5 £ §12 © ® ½ à la carte",
        "«Ça»",
      })
  void whatIsRightStays(String text) {
    assertThat(repaired(text)).isEqualTo(text);
  }

  @Test
  void rightAndWrongMayStandInOneLine() {
    assertThat(repaired("“Itâ€™s naïve at Â§ 5”")).isEqualTo("“It’s naïve at § 5”");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "<h3>Background</h3><p>One <b>two</b> three four five six.</p> | Background",
        "<!DOCTYPE html><html><body><p>One two three four five six.</p></body> | One two",
        "&lt;p&gt;One two three four five six.&lt;/p&gt; | One two",
        "<?xml version='1.0'?><law><text>One two three four five six.</text></law> | One two",
      })
  void whatBeginsAsMarkupBecomesItsText(String html, String beginning) {
    String text = new MarkupEdit(true, true).edit(html).text();
    assertThat(text).startsWith(beginning).contains("three four five six.").doesNotContain("<");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<nick> hello </nick>",
        "[06:22] <b> I am that </b>",
        "List<String> a = b < c > d;",
        "> More: <https://example.org>.",
        "AT&T; R&D & so on",
      })
  void whatIsNoMarkupStays(String text) {
    assertThat(new MarkupEdit(true, true).edit(text).text()).isEqualTo(text);
  }

  @Test
  void linesGoByTheRulesThatAreOn() {
    String text =
        "A sentence about cookies.\nno end\nTwo words.\nplease enable JavaScript.\n\nEnd { x }.\n";
    var phrases =
        new BoilerplateLinesEdit(List.of("Enable JavaScript"), 5, false, 0, false, false, false);
    assertThat(phrases.edit(text).text())
        .isEqualTo("A sentence about cookies.\nno end\nTwo words.\n\nEnd { x }.\n");
    var c4 = new BoilerplateLinesEdit(List.of(), 0, true, 3, true, true, true);
    EditedText edited = c4.edit(text);
    assertThat(edited.text()).isEqualTo("A sentence about cookies.\n\n");
    assertThat(edited.counts().toString())
        .isEqualTo(
            "{boilerplate_lines:curly_bracket=1, boilerplate_lines:javascript=1,"
                + " boilerplate_lines:no_sentence_end=1, boilerplate_lines:too_few_words=1}");
  }
}
