package io.espalier.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.espalier.config.ConfigException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Looking pre-tokens up gives the ids of the library, which is asked for every text here. */
class PieceEncoderTest {
  /** Code points per text: the library takes much longer for long ones with many pieces. */
  private static final int BLOCK = 0x20;

  private static final List<String> TROUBLE =
      List.of(
          " ",
          "  ",
          "\n",
          "\r\n",
          "\t",
          "\u00a0",
          "\u2003",
          "\u2028",
          "'",
          "'S",
          "'lL",
          "'\u017f",
          "12",
          "a",
          "E",
          "\u0301",
          "\u0327",
          "\u1100\u1161\u11a8",
          "\u212b",
          "!",
          "...",
          "\u201c",
          "<tool_call>",
          "caf\u00e9",
          "cafe\u0301",
          " unreachable",
          "\ud83d",
          "\ude00",
          "\u0000");

  @ParameterizedTest
  @ValueSource(strings = {"reference.json", "given-llama3.json", "given-qwen2.json"})
  void idsOfHostileTextAreThoseOfTheLibrary(String file) {
    try (Tokenizer tokenizer = Tokenizer.open(Golden.path(file))) {
      assertThat(tokenizer.whyWhole()).isEmpty();
      Random random = new Random(17);
      for (int i = 0; i < 6000; i++) {
        assertSameIds(tokenizer, hostile(random));
      }
      Golden.trainingTexts().forEach(text -> assertSameIds(tokenizer, text));
    }
  }

  @Test
  void everyCodePointIsCutAsTheLibraryCutsIt() {
    try (Tokenizer tokenizer = Tokenizer.open(Golden.path("given-llama3.json"))) {
      // All white space and line ends, and every case variant that a contraction could take for
      // its letters. Classes elsewhere are those of GPT-2's pattern, which TokenizerTest holds.
      for (int block = 0; block < 0x3400; block += BLOCK) {
        assertSameIds(tokenizer, everyCodePointOf(block));
      }
      for (int block = 0xFB00; block < 0x10600; block += BLOCK) {
        assertSameIds(tokenizer, everyCodePointOf(block));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"given-byte-level", "given-byte-fallback", "given-unigram"})
  void whatCannotBeCutIntoPiecesIsEncodedWhole(String name) {
    try (Tokenizer tokenizer = Tokenizer.open(Golden.path(name + ".json"))) {
      assertThat(tokenizer.whyWhole()).contains("so texts are encoded whole");
      assertSameIds(tokenizer, "plain text");
    }
  }

  @Test
  void eachThingThatWouldMakePiecesDependOnTheirNeighboursIsNamed() {
    assertThat(PieceRules.of(Golden.json("reference.json")).pattern())
        .isEqualTo(PreTokenPattern.GPT2);
    assertThat(reasonAfter(t -> ((ObjectNode) t.path("model")).put("dropout", 0.1)))
        .startsWith("model.dropout is 0.1,");
    assertThat(reasonAfter(t -> ((ObjectNode) t.path("model")).put("type", "WordPiece")))
        .startsWith("model is WordPiece,");
    assertThat(reasonAfter(t -> t.putObject("normalizer").put("type", "Lowercase")))
        .startsWith("normalizer is Lowercase,");
    assertThat(
            reasonAfter(t -> ((ObjectNode) t.path("pre_tokenizer")).put("add_prefix_space", true)))
        .startsWith("pre_tokenizer is ByteLevel,");
  }

  @Test
  void theOldestFilesWhichDoNotNameTheModelsTypeAreUnderstood() {
    ObjectNode tree = Golden.json("reference.json").deepCopy();
    ((ObjectNode) tree.path("model")).remove("type");
    ((ObjectNode) tree.path("pre_tokenizer")).remove("use_regex");

    assertThat(PieceRules.of(tree).pattern()).isEqualTo(PreTokenPattern.GPT2);
  }

  @Test
  void theCacheStaysBoundedAndForgettingChangesNothing() {
    int[] asked = new int[1];
    PieceEncoder encoder =
        new PieceEncoder(
            PreTokenPattern.GPT2,
            piece -> {
              asked[0]++;
              return new long[] {piece.hashCode() & 0xffff, piece.length()};
            });
    String many = IntStream.range(0, 700_000).mapToObj(i -> " " + i).collect(Collectors.joining());
    int[] expected =
        Gpt2PreTokenizer.split(many).stream()
            .flatMapToInt(piece -> IntStream.of(piece.hashCode() & 0xffff, piece.length()))
            .toArray();

    assertThat(encoder.encode(many)).isEqualTo(expected);
    assertThat(encoder.encode(" 699999 699999 0 x")).hasSize(8);
    assertThat(asked[0]).as("only what was forgotten is asked for again").isEqualTo(700_002);
    assertThat(encoder.cachedPieces()).isLessThan(300_000);
  }

  private static String reasonAfter(java.util.function.Consumer<ObjectNode> change) {
    ObjectNode tree = Golden.json("reference.json").deepCopy();
    change.accept(tree);
    String[] reason = new String[1];
    assertThatThrownBy(() -> PieceRules.of(tree))
        .isInstanceOf(ConfigException.class)
        .satisfies(e -> reason[0] = e.getMessage());
    return reason[0];
  }

  private static void assertSameIds(Tokenizer tokenizer, String text) {
    int[] whole = tokenizer.encodeWhole(text);
    if (!Arrays.equals(tokenizer.encode(text), whole)) {
      assertThat(tokenizer.encode(text)).as(text).isEqualTo(whole);
    }
  }

  private static String hostile(Random random) {
    StringBuilder text = new StringBuilder();
    for (int parts = random.nextInt(30); parts > 0; parts--) {
      switch (random.nextInt(4)) {
        case 0 -> text.append((char) random.nextInt(0x3000));
        case 1 -> text.appendCodePoint(random.nextInt(0x32000));
        default -> text.append(TROUBLE.get(random.nextInt(TROUBLE.size())));
      }
    }
    return text.toString();
  }

  private static String everyCodePointOf(int block) {
    StringBuilder text = new StringBuilder();
    for (int c = block; c < block + BLOCK; c++) {
      if (Character.getType(c) != Character.SURROGATE) {
        // As the second letter of a contraction, after a letter, a number and a sign.
        text.append('\'').appendCodePoint(c).append("'l").appendCodePoint(c);
        text.append("1").appendCodePoint(c).append('!').appendCodePoint(c).append('\n');
      }
    }
    return text.toString();
  }
}
