package io.espalier.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Random;
import opennlp.tools.langdetect.LanguageDetectorME;
import opennlp.tools.langdetect.LanguageDetectorModel;
import opennlp.tools.util.StringUtil;
import opennlp.tools.util.normalizer.AggregateCharSequenceNormalizer;
import opennlp.tools.util.normalizer.CharSequenceNormalizer;
import opennlp.tools.util.normalizer.EmojiCharSequenceNormalizer;
import opennlp.tools.util.normalizer.NumberCharSequenceNormalizer;
import opennlp.tools.util.normalizer.ShrinkCharSequenceNormalizer;
import opennlp.tools.util.normalizer.TwitterCharSequenceNormalizer;
import opennlp.tools.util.normalizer.UrlCharSequenceNormalizer;
import org.junit.jupiter.api.Test;

/** The language of a text is what Apache OpenNLP says it is, as confidently in four digits. */
class LanguageTest {
  /** What the library's rules for the text before the n-grams are about, and ordinary words. */
  private static final List<String> PIECES =
      List.of(
          "The quick brown fox",
          "Der schnelle braune Fuchs springt über den faulen Hund",
          "être ou ne pas être",
          "Ночью все кошки серы",
          "吾輩は猫である",
          "قطة سوداء",
          "İstanbul'da ÇOK güzel",
          "hahaha",
          "Hahahah jajaja hehe ohohoho jejej",
          "ahead of the behaviour",
          "rt rt: RT @someone #tag art start of",
          ":-) ;D xD x-p explode :( X",
          "https://example.org/a?b=c#d www.example.org http://x",
          "a.b+c@example.co.uk at@home @ a@b.c",
          "1234 56 7",
          "well-known -- --- state-of-the-art",
          "aaaa bbb AaA !!!! ... ----",
          "\n\n\n",
          "   ",
          "\t \r\n",
          "\u2028\u2028\u2028\u0085\u0085\u0085",
          "\uD83D\uDE00\uD83D\uDE00 \uD800 \uDFFF \uD834\uDD1E",
          "\uFB01\uFF21\u00E9e\u0301",
          "\u0000\u0000\u0000\u0001",
          "ſſſ KKK ķķķ",
          "");

  private static final List<String> ALPHABETS =
      List.of(
          "ahjHAJeiou -",
          "@#rRtT .:/htps",
          "xX:;-()dDoOpP ",
          " \t\n\r\u000b\u0085\u2028",
          "aAbBsSkK\u017f\u212a\u0130\u0131",
          "\uD83D\uDE00-\uD800\uDFFF\uFFFD\uFFFF\uE000 a",
          "0123 4a.",
          "@a.b_%+-1 /:h",
          "wW.:/ht tps");

  @Test
  void everyAnswerIsTheLibrarys() throws IOException {
    LanguageDetectorME library = library();
    List<String> wrong = new ArrayList<>();
    Random random = new Random(7);
    for (int i = 0; i < 1500; i++) {
      String text = text(random);
      opennlp.tools.langdetect.Language expected = library.predictLanguage(text);
      Language found = Language.of(text);
      if (Math.abs(found.confidence() - expected.getConfidence()) > 1e-4
          || !found.code().equals(Language.shortCode(expected.getLang()))) {
        wrong.add("%s is %s, not %s".formatted(text, found, expected));
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void aTextIsTakenApartAsTheLibrarysRegularExpressionsDo() {
    CharSequenceNormalizer library =
        new AggregateCharSequenceNormalizer(
            EmojiCharSequenceNormalizer.getInstance(),
            UrlCharSequenceNormalizer.getInstance(),
            TwitterCharSequenceNormalizer.getInstance(),
            NumberCharSequenceNormalizer.getInstance(),
            ShrinkCharSequenceNormalizer.getInstance());
    List<String> wrong = new ArrayList<>();
    Random random = new Random(5);
    for (int i = 0; i < 60_000; i++) {
      String text = hostileText(random);
      String expected = StringUtil.toLowerCase(library.normalize(text));
      if (!LanguageText.of(text).equals(expected)) {
        wrong.add("%s becomes %s, not %s".formatted(text, LanguageText.of(text), expected));
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void aTextWithoutLettersHasTheLibrarysFirstLanguageAndTheSameConfidenceAsAllOthers()
      throws IOException {
    Language nothing = Language.of("123 456");
    assertThat(nothing.confidence())
        .isCloseTo(library().predictLanguage("123 456").getConfidence(), within(1e-12));
  }

  /** Few different characters, most of them of one rule, so that rules are met and nearly met. */
  private static String hostileText(Random random) {
    String most = ALPHABETS.get(random.nextInt(ALPHABETS.size()));
    String others = ALPHABETS.get(random.nextInt(ALPHABETS.size()));
    StringBuilder text = new StringBuilder();
    for (int length = random.nextInt(14); length >= 0; length--) {
      String alphabet = random.nextInt(4) == 0 ? others : most;
      text.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return text.toString();
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    for (int pieces = random.nextInt(12); pieces >= 0; pieces--) {
      String piece = PIECES.get(random.nextInt(PIECES.size()));
      int from = random.nextInt(piece.length() + 1);
      text.append(
          switch (random.nextInt(4)) {
            case 0 -> piece.substring(from);
            case 1 -> piece.toUpperCase(Locale.ROOT);
            default -> piece;
          });
      text.append(random.nextBoolean() ? " " : "");
    }
    return text.toString();
  }

  private static LanguageDetectorME library() throws IOException {
    try (InputStream in = LanguageTest.class.getResourceAsStream("/langdetect-183.bin")) {
      return new LanguageDetectorME(new LanguageDetectorModel(Objects.requireNonNull(in)));
    }
  }
}
