package io.espalier.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class BpeTrainerTest {

  @Test
  void theTokenizerFileIsTheOneHuggingFaceTrains() throws IOException {
    PreTokenCounter counter = new PreTokenCounter();
    Golden.trainingTexts().forEach(counter::add);
    // The generator trains on its strange strings too; encoded.json lists them before three texts.
    List<JsonNode> encoded = Golden.encoded();
    encoded.subList(0, encoded.size() - 3).forEach(e -> counter.add(e.path("text").asText()));

    BpeModel model = BpeTrainer.train(counter.counts(), 1024);

    assertThat(new ObjectMapper().readTree(TokenizerFile.of(model, 128).json()))
        .isEqualTo(Golden.json("reference.json"));
  }

  @Test
  void tiesAreDecidedAsInTheReference() {
    for (JsonNode example : Golden.json("ties.json")) {
      PreTokenCounter counter = new PreTokenCounter();
      example.path("texts").forEach(text -> counter.add(text.asText()));
      BpeModel model = BpeTrainer.train(counter.counts(), example.path("vocabulary_size").asInt());
      assertThat(spelledMerges(model))
          .as(example.path("texts").toString())
          .isEqualTo(
              Golden.stream(example.path("merges")).stream()
                  .map(pair -> List.of(pair.get(0).asText(), pair.get(1).asText()))
                  .toList());
    }
  }

  @Test
  void countingPartsAndAddingUpEqualsCountingTheWhole() {
    List<String> texts = Golden.trainingTexts();
    PreTokenCounter whole = new PreTokenCounter();
    texts.forEach(whole::add);
    Map<String, Long> sum = new TreeMap<>();
    for (String text : texts) {
      PreTokenCounter part = new PreTokenCounter();
      part.add(text);
      part.counts().forEach((piece, count) -> sum.merge(piece, count, Long::sum));
    }

    assertThat(sum).isEqualTo(whole.counts());
    assertThat(whole.size()).isEqualTo(sum.size());
    // A sorted map in place of a hash map: the order of the pieces changes nothing.
    assertThat(BpeTrainer.train(sum, 600)).isEqualTo(BpeTrainer.train(whole.counts(), 600));
  }

  @Test
  void everyTokenIsSpelledByTheTwoThatMakeIt() {
    BpeModel model = BpeTrainer.train(Map.of(" the", 9L, " then", 5L, "other", 3L), 300);

    for (int i = 0; i < model.merges().size(); i++) {
      BpeModel.Merge merge = model.merges().get(i);
      assertThat(model.tokens().get(merge.left()) + model.tokens().get(merge.right()))
          .isEqualTo(model.tokens().get(BpeTrainer.SMALLEST_VOCABULARY + i));
    }
    assertThat(model.tokens()).doesNotHaveDuplicates().contains("\u0120the");
  }

  @Test
  void pairsSeenOnceAreNotLearnt() {
    BpeModel model = BpeTrainer.train(Map.of("xyz", 1L, "abab", 1L), 300);

    assertThat(spelledMerges(model)).containsExactly(List.of("a", "b"));
    assertThat(model.vocabularySize()).isEqualTo(258);
  }

  @Test
  void countsBeyond32BitsDecideToo() {
    BpeModel model = BpeTrainer.train(Map.of("ab", 3_000_000_000L, "cd", 3_000_000_001L), 258);

    assertThat(spelledMerges(model)).containsExactly(List.of("c", "d"));
  }

  @Test
  void noTextGivesTheBytesAlone() {
    BpeModel model = BpeTrainer.train(Map.of(), 5000);

    assertThat(model.vocabularySize()).isEqualTo(BpeTrainer.SMALLEST_VOCABULARY);
    assertThat(model.tokens().get(0)).isEqualTo(BpeTrainer.END_OF_TEXT);
    assertThatThrownBy(() -> BpeTrainer.train(Map.of(), 256))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static List<List<String>> spelledMerges(BpeModel model) {
    return model.merges().stream()
        .map(merge -> List.of(model.tokens().get(merge.left()), model.tokens().get(merge.right())))
        .collect(Collectors.toList());
  }
}
