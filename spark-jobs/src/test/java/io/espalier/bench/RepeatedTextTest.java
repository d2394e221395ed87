package io.espalier.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RepeatedTextTest {
  private static final List<String> WORDS =
      List.of(
          ("the of and to in is that for was with on are by this from which have were their about"
                  + " people water under light green river garden morning children between thought"
                  + " history question country another something together always father house")
              .split(" "));

  @TempDir private Path folder;

  @Test
  void copiesResembleNeitherTheTextNorEachOther() {
    for (String text : texts(20)) {
      String first = ReplacedWords.of(text, 1, 0.25);
      String second = ReplacedWords.of(text, 2, 0.25);
      assertThat(RepeatedText.jaccard(text, first)).isBetween(0.02, 0.4);
      assertThat(RepeatedText.jaccard(first, second)).isLessThan(0.3);
      assertThat(ReplacedWords.of(text, 1, 0.25)).isEqualTo(first);
      assertThat(first.split("\n")).hasSameSizeAs(text.split("\n"));
    }
  }

  @Test
  void nothingIsReplacedWhereNothingShallBe() {
    for (String text : List.of("", "  ", "one", " one\n\ttwo  ")) {
      assertThat(ReplacedWords.of(text, 3, 0)).isEqualTo(text);
    }
    assertThat(ReplacedWords.of("one", 3, 1)).isEqualTo("one");
  }

  @Test
  void somePairsResembleEachOtherOnPurposeFromEqualToHardlyEnough() throws IOException {
    RepeatedText text = new RepeatedText(texts(400), folder).times(1);

    assertThat(text.planted()).hasSize(20);
    assertThat(text.planted()).anyMatch(pair -> pair.jaccard() == 1);
    assertThat(text.planted()).anyMatch(pair -> pair.jaccard() < 0.95);
    assertThat(text.planted()).allMatch(pair -> pair.jaccard() > 0.5);
  }

  @Test
  void aFileIsAsLargeAsIsAskedFor() throws IOException {
    RepeatedText text =
        new RepeatedText(texts(30), folder).until((documents, bytes) -> documents >= 1000);

    assertThat(text.documents()).isBetween(1000L, 1001L);
    try (Stream<String> lines = Files.lines(folder.resolve("training/texts.jsonl"))) {
      assertThat(lines).hasSize((int) text.documents()).doesNotHaveDuplicates();
    }
  }

  @Test
  void eachCopyIsAFileAndTheBytesAreTheTexts() throws IOException {
    List<String> texts = texts(2);
    RepeatedText text = new RepeatedText(List.of(texts.get(0)), folder).times(3);

    assertThat(folder.resolve("training")).isDirectoryContaining("glob:**texts-00002.jsonl");
    long bytes = texts.get(0).getBytes(StandardCharsets.UTF_8).length;
    assertThat(text.bytes()).isBetween(3 * bytes, 6 * bytes);
  }

  /** Two hundred words each, so that nothing is rejected but for what it resembles. */
  static List<String> texts(int count) {
    Random random = new Random(11);
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      StringBuilder text = new StringBuilder();
      for (int word = 1; word <= 200; word++) {
        text.append(WORDS.get(random.nextInt(WORDS.size()))).append(word % 20 == 0 ? "\n" : " ");
      }
      texts.add(text.toString());
    }
    return texts;
  }
}
