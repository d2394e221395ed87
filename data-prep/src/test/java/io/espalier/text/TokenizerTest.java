package io.espalier.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.databind.JsonNode;
import io.espalier.config.ConfigException;
import io.espalier.config.FormatException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenizerTest {
  /** Code points per text: the library takes much longer for long ones with many pieces. */
  private static final int BLOCK = 0x20;

  private static Tokenizer tokenizer;

  @TempDir private Path folder;

  @BeforeAll
  static void open() {
    tokenizer = Tokenizer.open(Golden.path("reference.json"));
  }

  @AfterAll
  static void close() {
    tokenizer.close();
  }

  @Test
  void idsAreThoseOfHuggingFaceOnHostileUnicode() {
    for (JsonNode example : Golden.encoded()) {
      String text = example.path("text").asText();
      assertThat(tokenizer.encode(text)).as(text).isEqualTo(Golden.ints(example.path("ids")));
      assertThat(tokenizer.decode(tokenizer.encode(text))).isEqualTo(text);
    }
  }

  @Test
  void everyCodePointIsCutForEncodingAsItIsForCounting() throws IOException {
    try (HuggingFaceTokenizer library =
        HuggingFaceTokenizer.newInstance(
            Golden.path("reference.json"), Map.of("truncation", "false"))) {
      for (int block = 0; block < 0x110000; block += BLOCK) {
        // Nothing is assigned in planes 4 to 13 and 15 to 16.
        if (block < 0x40000 || (block >= 0xE0000 && block < 0xE0200)) {
          String text = everyCodePointOf(block);
          List<Integer> starts = new ArrayList<>();
          Gpt2PreTokenizer.split(text, (from, to) -> starts.add(text.codePointCount(0, from)));
          assertThat(startsOfWords(library.encode(text, false, false)))
              .as("U+%04X".formatted(block))
              .isEqualTo(starts);
        }
      }
    }
  }

  @Test
  void textThatSpellsTheEndOfTextTokenDoesNotEndAText() {
    String text = "a<|endoftext|>b <|endoftext|>";

    assertThat(tokenizer.encode(text)).doesNotContain(tokenizer.endOfTextId());
    assertThat(tokenizer.decode(tokenizer.encode(text))).isEqualTo(text);
  }

  @Test
  void specialTokensAreWrittenOutWhenDecoding() {
    assertThat(tokenizer.decode(new int[] {0, 65, 0, 0, 66}))
        .isEqualTo("<|endoftext|>a<|endoftext|><|endoftext|>b");
    assertThat(tokenizer.decode(new int[0])).isEmpty();
  }

  @Test
  void halfACharacterBecomesAReplacementCharacter() {
    int[] ids = tokenizer.encode("\u10ff");
    assertThat(ids.length).isGreaterThan(1);
    assertThat(tokenizer.decode(Arrays.copyOf(ids, 1))).contains("\ufffd");
  }

  @Test
  void unpairedSurrogatesBecomeOneReplacementCharacterEach() {
    assertThat(tokenizer.encode("a\ud83d\ud83db\ude00"))
        .isEqualTo(tokenizer.encode("a\ufffd\ufffdb\ufffd"));
    assertThat(tokenizer.decode(tokenizer.encode("\ud83d\ude00"))).isEqualTo("\ud83d\ude00");
  }

  @Test
  void longTextIsNotTruncated() {
    assertThat(tokenizer.encode(" the".repeat(100_000))).hasSize(100_000);
  }

  @Test
  void bytesPerTokenAddUpToTheTextAndAreExact() {
    for (JsonNode example : Golden.encoded()) {
      String text = example.path("text").asText();
      int[] ids = tokenizer.encode(text);
      int[] bytes = tokenizer.bytesPerToken(ids, text);
      int end = 0;
      byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
      for (int i = 0; i < ids.length; i++) {
        String token = new String(utf8, end, bytes[i], StandardCharsets.UTF_8);
        assertThat(tokenizer.decode(new int[] {ids[i]})).isEqualTo(token);
        end += bytes[i];
      }
      assertThat(end).isEqualTo(utf8.length);
    }
  }

  @Test
  void severalThreadsGetTheSameIds() {
    String text = String.join("\n", Golden.trainingTexts());
    int[] expected = tokenizer.encode(text);

    assertThat(
            java.util.stream.IntStream.range(0, 8).parallel().mapToObj(i -> tokenizer.encode(text)))
        .allMatch(ids -> Arrays.equals(ids, expected));
  }

  @ParameterizedTest
  @ValueSource(strings = {"byte-level", "byte-fallback", "unigram", "llama3", "qwen2"})
  void aGivenTokenizerIsUsedAsItIs(String name) {
    List<JsonNode> examples = Golden.stream(Golden.json("given-" + name + "-encoded.json"));
    try (Tokenizer given = Tokenizer.open(Golden.path("given-" + name + ".json"))) {
      JsonNode facts = examples.get(0);
      assertThat(given.decode(new int[] {given.endOfTextId()}))
          .isEqualTo(facts.path("end_of_text").asText());
      assertThat(given.endOfTextId()).isEqualTo(facts.path("end_of_text_id").asInt());
      assertThat(given.vocabularySize()).isEqualTo(facts.path("vocabulary_size").asInt());
      for (JsonNode example : examples.subList(1, examples.size())) {
        String text = example.path("text").asText();
        int[] ids = given.encode(text);
        assertThat(ids).as(text).isEqualTo(Golden.ints(example.path("ids")));
        assertThat(given.decode(ids)).as(text).isEqualTo(example.path("decoded").asText());
        assertThat(Arrays.stream(given.bytesPerToken(ids, text)).sum())
            .isEqualTo(ids.length == 0 ? 0 : text.getBytes(StandardCharsets.UTF_8).length);
      }
    }
  }

  @Test
  void theEndOfTextTokenIsTheOneTheConfigNames() throws IOException {
    Files.copy(Golden.path("reference.json"), folder.resolve("tokenizer.json"));
    Path config = folder.resolve("tokenizer_config.json");

    Files.writeString(config, "{\"eos_token\": {\"content\": \"!\"}}");
    try (Tokenizer named = Tokenizer.open(folder)) {
      assertThat(named.endOfTextId()).isEqualTo(1);
    }
    Files.writeString(config, "{\"eos_token\": \"</s>\"}");
    assertThatThrownBy(() -> Tokenizer.open(folder))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("path is ")
        .hasMessageContaining("eos_token in its tokenizer_config.json is </s>");
  }

  @Test
  void whatAGivenConfigDoesNotSayIsAdded() {
    String json = "{\"model\": {\"vocab\": {\"</s>\": 0}}}";

    assertThat(TokenizerFile.given("t", json, "").configTree())
        .isEqualTo(TokenizerFile.given("t", json, "{}").configTree());
    JsonNode config =
        TokenizerFile.given("t", json, "{\"eos_token\": null, \"model_max_length\": 9}")
            .configTree();
    assertThat(config.path("tokenizer_class").asText()).isEqualTo("PreTrainedTokenizerFast");
    assertThat(config.path("model_max_length").asInt()).isEqualTo(9);
    assertThat(config.path("eos_token").asText()).isEqualTo("</s>");
    for (String broken : List.of("[]", "{")) {
      assertThatThrownBy(() -> TokenizerFile.given("t", json, broken))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("tokenizer_config.json");
    }
    assertThat(
            TokenizerFile.given("t", json, "{\"tokenizer_class\": \"LlamaTokenizer\"}")
                .configTree()
                .path("tokenizer_class")
                .asText())
        .isEqualTo("LlamaTokenizer");
  }

  @Test
  void aTokenizerWithoutAnEndOfTextTokenIsRefused() throws IOException {
    Files.writeString(folder.resolve("tokenizer.json"), "{\"model\": {\"vocab\": {\"a\": 0}}}");

    assertThatThrownBy(() -> TokenizerFile.read(folder))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("none of the usual end-of-text tokens (<|endoftext|>,")
        .hasMessageContaining("eos_token");
  }

  @Test
  void whatIsNoTokenizerIsRefused() throws IOException {
    assertThatThrownBy(() -> TokenizerFile.read(folder))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("there is no file");
    Path file = folder.resolve("other.json");
    Files.writeString(file, "{\"a\": ");
    assertThatThrownBy(() -> TokenizerFile.read(file))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("isn't valid JSON");
    Files.writeString(file, "{\"model\": 3}");
    assertThatThrownBy(() -> TokenizerFile.read(file))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("no model with a vocab");
    Files.writeString(file, "{\"model\": {\"vocab\": {\"</s>\": 0}}}");
    assertThatThrownBy(() -> Tokenizer.open(file))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("tokenizers");
  }

  @Test
  void filesWrittenAndReadAgainAreTheSame() throws IOException {
    TokenizerFile file = TokenizerFile.of(BpeTrainer.train(Map.of("ab", 2L), 258), 64);

    file.write(folder.resolve("tokenizer"));

    assertThat(TokenizerFile.read(folder.resolve("tokenizer"))).isEqualTo(file);
    assertThat(file.configTree().path("model_max_length").asInt()).isEqualTo(64);
    assertThat(file.configTree().path("eos_token").asText()).isEqualTo("<|endoftext|>");
  }

  private static String everyCodePointOf(int block) {
    StringBuilder text = new StringBuilder();
    for (int c = block; c < block + BLOCK; c++) {
      if (Character.getType(c) != Character.SURROGATE) {
        // A letter joins the a, a number the 1, white space leaves the space alone.
        text.append('a').appendCodePoint(c).append("a1").appendCodePoint(c).append("1 ");
        text.appendCodePoint(c).append('\n');
      }
    }
    return text.toString();
  }

  /** Code points at which a pre-token begins, by the library's own account. */
  private static List<Integer> startsOfWords(Encoding encoding) {
    List<Integer> starts = new ArrayList<>();
    long[] words = encoding.getWordIds();
    for (int i = 0; i < words.length; i++) {
      if (i == 0 || words[i] != words[i - 1]) {
        starts.add(encoding.getCharTokenSpans()[i].getStart());
      }
    }
    return starts;
  }
}
