package io.espalier.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.espalier.config.ConfigException;
import io.espalier.model.Gpt2;
import io.espalier.model.LanguageModel;
import io.espalier.model.ModelOptions;
import io.espalier.torch.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A folder that transformers saved, and what it computes with it: see golden/checkpoint. */
class InitialWeightsTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden/checkpoint");
  private static final Path THEIRS = GOLDEN.resolve("from_transformers");
  private static final Gpt2 PICO = new Gpt2(2, 16, 2);
  private static final int VOCABULARY = 96;
  private static final int POSITIONS = 24;

  @TempDir private Path folder;

  @Test
  void aModelThatBeginsWithThemComputesWhatTransformersComputes() throws IOException {
    assertLogits(POSITIONS);
  }

  @Test
  void aModelThatLooksBackLessFarTakesTheFirstPositions() throws IOException {
    assertLogits(8);
  }

  @Test
  void anotherShapeIsRefusedWithBothNumbers() {
    assertRefused(
        new ModelSpec(new Gpt2(3, 16, 2), VOCABULARY, POSITIONS),
        "its n_layer is 2 and model.layers is 3");
    assertRefused(
        new ModelSpec(PICO, 97, POSITIONS),
        "its vocab_size is 96 and the vocabulary of tokenizer.path is 97");
    assertRefused(new ModelSpec(PICO, VOCABULARY, 25), "at most 24 would work");
  }

  @Test
  void anotherArchitectureIsRefused() throws IOException {
    String config = Files.readString(THEIRS.resolve("config.json"));
    Files.copy(THEIRS.resolve("model.safetensors"), folder.resolve("model.safetensors"));
    Files.writeString(folder.resolve("config.json"), config.replace("gelu_new", "relu"));
    assertThatThrownBy(
            () -> new InitialWeights(folder).check(new ModelSpec(PICO, VOCABULARY, POSITIONS)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("its activation_function is relu, which GPT-2's isn't");
  }

  @Test
  void aFolderWithoutWeightsIsRefused() {
    assertThatThrownBy(
            () -> new InitialWeights(folder).check(new ModelSpec(PICO, VOCABULARY, POSITIONS)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("there is no config.json in it");
  }

  @Test
  void otherWeightsHaveAnotherHash() throws IOException {
    Files.writeString(folder.resolve("model.safetensors"), "others");
    assertThat(new InitialWeights(THEIRS).hash())
        .hasSize(64)
        .isNotEqualTo(new InitialWeights(folder).hash());
  }

  private static void assertLogits(int positions) throws IOException {
    ModelSpec spec = new ModelSpec(PICO, VOCABULARY, positions);
    InitialWeights weights = new InitialWeights(THEIRS);
    weights.check(spec);
    ObjectMapper mapper = new ObjectMapper();
    JsonNode golden = mapper.readTree(GOLDEN.resolve("from_transformers_expected.json").toFile());
    long[][] sequences = mapper.convertValue(golden.path("tokens"), long[][].class);
    float[][][] expected = mapper.convertValue(golden.path("logits"), float[][][].class);
    try (LanguageModel model = spec.build(new ModelOptions(Precision.FLOAT32, false, "cpu", 1))) {
      model.initialize(20);
      weights.load(model);
      for (int i = 0; i < sequences.length; i++) {
        int length = Math.min(positions, sequences[i].length);
        assertThat(model.nextTokenLogits(Arrays.copyOf(sequences[i], length)))
            .containsExactly(expected[i][length - 1], within(2e-5f));
      }
    }
  }

  private static void assertRefused(ModelSpec spec, String problem) {
    assertThatThrownBy(() -> new InitialWeights(THEIRS).check(spec))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(problem);
  }
}
