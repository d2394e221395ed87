package io.espalier.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class Gpt2PreTokenizerTest {
  private static final Pattern GPT2 =
      Pattern.compile(
          "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+");

  @Test
  void piecesEndWhereTheReferenceEndsThem() {
    for (JsonNode example : Golden.encoded()) {
      String text = example.path("text").asText();
      List<Integer> ends = new ArrayList<>();
      Gpt2PreTokenizer.split(text, (start, end) -> ends.add(text.codePointCount(0, end)));
      assertThat(ends.stream().mapToInt(i -> i))
          .as(text)
          .containsExactly(boxed(Golden.ints(example.path("pieces"))));
    }
  }

  @Test
  void piecesAreThoseOfTheRegularExpression() {
    Random random = new Random(1);
    String alphabet = "  \n\t''stremlvd09aZ.,-\u00e9\u65e5";
    for (int i = 0; i < 5000; i++) {
      String text =
          random
              .ints(random.nextInt(20), 0, alphabet.length())
              .mapToObj(at -> alphabet.substring(at, at + 1))
              .reduce("", String::concat);
      List<String> expected = new ArrayList<>();
      for (Matcher matcher = GPT2.matcher(text); matcher.find(); ) {
        expected.add(matcher.group());
      }
      assertThat(Gpt2PreTokenizer.split(text)).as(text).isEqualTo(expected);
    }
  }

  @Test
  void piecesJoinedAreTheText() {
    Random random = new Random(2);
    for (int i = 0; i < 2000; i++) {
      // Any UTF-16 at all, unpaired surrogates included.
      char[] units = new char[random.nextInt(40)];
      for (int at = 0; at < units.length; at++) {
        units[at] = (char) random.nextInt(random.nextBoolean() ? 0x80 : 0x10000);
      }
      String text = new String(units);
      List<String> pieces = Gpt2PreTokenizer.split(text);
      assertThat(String.join("", pieces)).isEqualTo(text);
      assertThat(pieces).doesNotContain("");
    }
  }

  private static Integer[] boxed(int[] values) {
    return java.util.Arrays.stream(values).boxed().toArray(Integer[]::new);
  }
}
