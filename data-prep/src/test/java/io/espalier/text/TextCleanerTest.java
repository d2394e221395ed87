package io.espalier.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.text.Normalizer;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TextCleanerTest {

  @Test
  void everyKindOfLineEndBecomesOne() {
    assertThat(nfc("a\r\nb\rc\u0085d\u2028e\u2029f\u000bg\fh\n"))
        .isEqualTo("a\nb\nc\nd\ne\nf\ng\nh");
  }

  @Test
  void indentationAndInnerSpacesStay() {
    String code = "def f(x):\n    if x:\n\t\treturn  1\n\n\nclass C:";
    assertThat(nfc(code)).isEqualTo(code);
    assertThat(nfc("  indented")).isEqualTo("  indented");
  }

  @Test
  void spacesAtLineEndsAndBlankLinesAtTheEndsGo() {
    assertThat(nfc(" \n\t\n  a \t\nb  \n \n")).isEqualTo("  a\nb");
    assertThat(nfc(" \t\r\n ")).isEmpty();
  }

  @Test
  void manyBlankLinesBecomeTwo() {
    assertThat(nfc("a\n\n\n\n \n\t\n\nb")).isEqualTo("a\n\n\nb");
    assertThat(nfc("a\n \n b\n\n\n\n\nc")).isEqualTo("a\n\n b\n\n\nc");
  }

  @Test
  void controlCharactersAndInvisibleMarksGo() {
    assertThat(nfc("\ufeffa\u0000b\u0007\u001b[1mc\u007f\u009d\u200bd\ufffe\ufdd0\udbff\udfff"))
        .isEqualTo("ab[1mcd");
  }

  @Test
  void joinersStay() {
    String text = "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645 \ud83d\udc68\u200d\ud83d\udc69";
    assertThat(nfc(text)).isEqualTo(text);
  }

  @Test
  void otherSpacesBecomeSpaces() {
    assertThat(nfc("a\u00a0b\u2003c\u3000d\u202fe")).isEqualTo("a b c d e");
  }

  @Test
  void unpairedSurrogatesBecomeReplacementCharacters() {
    assertThat(nfc("a\ud800b\udc00\ud83d\ude00")).isEqualTo("a\ufffdb\ufffd\ud83d\ude00");
  }

  @Test
  void textIsNormalisedWithNothingBetweenLetterAndAccent() {
    assertThat(nfc("e\u200b\u0301")).isEqualTo("\u00e9");
    assertThat(TextCleaner.clean("\ufb01\u00b2", UnicodeForm.NFKC)).isEqualTo("fi2");
    assertThat(TextCleaner.clean("e\u0301", UnicodeForm.NONE)).isEqualTo("e\u0301");
  }

  @Test
  @Timeout(20)
  void endlessAccentsAreCutShort() {
    String accents = "\u0301\u0323".repeat(500_000);
    assertThat(nfc("e" + accents)).hasSizeBetween(29, 31);
    assertThat(nfc("e" + "\u0308\u0304".repeat(5) + "x")).endsWith("x");
  }

  @ParameterizedTest
  @EnumSource
  void cleaningCleanTextChangesNothing(UnicodeForm form) {
    Random random = new Random(3);
    for (int i = 0; i < 20_000; i++) {
      String text = anyText(random);
      String once = TextCleaner.clean(text, form);
      assertThat(TextCleaner.clean(once, form)).as(text).isEqualTo(once);
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyCodePointIsCleanAfterCleaning(UnicodeForm form) {
    for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
      String once = TextCleaner.clean("x " + Character.toString(c) + "\ny", form);
      assertThat(TextCleaner.clean(once, form)).isEqualTo(once);
      assertThat(once.chars()).noneMatch(unit -> unit < ' ' && unit != '\n' && unit != '\t');
    }
  }

  @Test
  void theResultIsInTheForm() {
    Random random = new Random(4);
    for (int i = 0; i < 5000; i++) {
      assertThat(Normalizer.isNormalized(nfc(anyText(random)), Normalizer.Form.NFC)).isTrue();
    }
  }

  private static String anyText(Random random) {
    int[] points = {
      ' ', '\n', '\r', '\t', 0x301, 0x200B, 0xFEFF, 'e', 0xA0, 0xD800, 0xDC00, 0x1100, 0x1161
    };
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(24); i > 0; i--) {
      text.appendCodePoint(
          random.nextInt(3) == 0 ? random.nextInt(0x30000) : points[random.nextInt(points.length)]);
    }
    return text.toString();
  }

  private static String nfc(String text) {
    return TextCleaner.clean(text, UnicodeForm.NFC);
  }
}
