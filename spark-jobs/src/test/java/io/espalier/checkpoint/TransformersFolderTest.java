package io.espalier.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.espalier.model.Gpt2;
import io.espalier.model.LanguageModel;
import io.espalier.model.ModelOptions;
import io.espalier.model.ParameterSpec;
import io.espalier.model.ParameterState;
import io.espalier.torch.Precision;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A folder that transformers made is read; a folder that Espalier made is opened by transformers.
 */
class TransformersFolderTest {
  private static final Gpt2 PICO = new Gpt2(2, 16, 2);
  private static final int VOCABULARY = 96;
  private static final int POSITIONS = 24;

  @TempDir Path temporary;

  @Test
  void aFolderMadeByTransformersIsRead() throws IOException {
    JsonNode expected = Golden.json("from_transformers_expected.json").path("tensors");
    try (SafetensorsReader reader =
        SafetensorsReader.open(Golden.path("from_transformers/model.safetensors"))) {
      assertThat(reader.tensors()).hasSize(expected.size());
      for (Map.Entry<String, JsonNode> tensor : expected.properties()) {
        NamedTensor read = reader.read(tensor.getKey());
        byte[] bytes = new byte[read.data().remaining()];
        read.data().get(0, bytes);
        assertThat(new ObjectMapper().valueToTree(read.shape()).toString())
            .isEqualTo(tensor.getValue().path("shape").toString());
        assertThat(read.type()).isEqualTo(TensorType.FLOAT32);
        assertThat((double) read.data().getFloat(0))
            .isEqualTo(tensor.getValue().path("first").asDouble());
        assertThat((double) read.data().getFloat(bytes.length - 4))
            .isEqualTo(tensor.getValue().path("last").asDouble());
        assertThat(Sha256.hex(bytes)).isEqualTo(tensor.getValue().path("sha256").asText());
      }
    }
  }

  /**
   * The golden holds the SHA-256 of the file that transformers opened; ours being the same bytes,
   * transformers opens ours. To make the golden anew: {@code -Despalier.golden.folder=…} keeps the
   * folder, see the README beside it.
   */
  @Test
  void aFolderWrittenByEspalierIsTheOneThatTransformersOpened() throws IOException {
    String keep = System.getProperty("espalier.golden.folder", "");
    Path folder = keep.isEmpty() ? temporary : Path.of(keep);
    Checkpoint checkpoint = write(CheckpointFolder.local(folder));
    if (keep.isEmpty()) {
      JsonNode golden = Golden.json("to_transformers_expected.json");
      FileEntry model =
          java.util.Objects.requireNonNull(
              checkpoint.manifest().files().get(CheckpointFiles.MODEL));
      assertThat(model.sha256()).isEqualTo(golden.path("model_sha256").asText());
      assertThat(checkpoint.json(CheckpointFiles.CONFIG)).isEqualTo(golden.path("config"));
    }
  }

  @Test
  void aModelLoadedFromTransformersFolderGivesItsLogits() {
    try (SafetensorsReader reader =
            SafetensorsReader.open(Golden.path("from_transformers/model.safetensors"));
        LanguageModel model = loaded(reader)) {
      assertLogits(model, Golden.json("from_transformers_expected.json"));
    }
  }

  @Test
  void transformersGivesTheLogitsOfTheModelThatEspalierWrote() throws IOException {
    Checkpoint checkpoint = write(CheckpointFolder.local(temporary));
    try (SafetensorsReader reader = checkpoint.tensors(CheckpointFiles.MODEL);
        LanguageModel model = loaded(reader)) {
      assertLogits(model, Golden.json("to_transformers_expected.json"));
    }
  }

  private static LanguageModel loaded(SafetensorsReader reader) {
    LanguageModel model =
        PICO.build(VOCABULARY, POSITIONS, new ModelOptions(Precision.FLOAT32, false, "cpu", 1));
    model
        .parameters()
        .forEach(p -> model.set(ParameterState.WEIGHTS, p.name(), reader.read(p.name()).data()));
    return model;
  }

  /** Of every position: the logits behind each beginning of each golden sequence. */
  private static void assertLogits(LanguageModel model, JsonNode golden) {
    ObjectMapper mapper = new ObjectMapper();
    long[][] sequences = mapper.convertValue(golden.path("tokens"), long[][].class);
    float[][][] expected = mapper.convertValue(golden.path("logits"), float[][][].class);
    for (int sequence = 0; sequence < sequences.length; sequence++) {
      for (int length = 1; length <= sequences[sequence].length; length++) {
        float[] logits = model.nextTokenLogits(Arrays.copyOf(sequences[sequence], length));
        assertThat(logits).containsExactly(expected[sequence][length - 1], within(2e-5f));
      }
    }
  }

  private static Checkpoint write(CheckpointFolder folder) throws IOException {
    byte[] tokenizer = Files.readAllBytes(Golden.path("tokenizer.json"));
    int vocabulary = new ObjectMapper().readTree(tokenizer).path("model").path("vocab").size();
    assertThat(vocabulary).isLessThan(VOCABULARY);
    try (CheckpointWriter writer = folder.begin(0)) {
      writer.tensors(CheckpointFiles.MODEL, parameters());
      Map<String, Object> config = PICO.huggingFaceConfig(VOCABULARY, POSITIONS, 0);
      HuggingFaceFiles.write(writer, config, tokenizer, "<|endoftext|>");
      return writer.commit(Samples.PROVENANCE);
    }
  }

  private static List<NamedTensor> parameters() {
    List<ParameterSpec> specs = new ArrayList<>(PICO.parameters(VOCABULARY, POSITIONS));
    specs.sort(Comparator.comparing(ParameterSpec::name));
    List<NamedTensor> tensors = new ArrayList<>();
    for (ParameterSpec spec : specs) {
      tensors.add(formula(tensors.size(), spec.name(), spec.shape()));
    }
    return tensors;
  }

  /** Values that check_with_transformers.py computes as well: sixteen bits of a simple hash. */
  private static NamedTensor formula(long number, String name, List<Long> shape) {
    int bytes = (int) TensorSpec.lengthBytes(TensorType.FLOAT32, shape);
    ByteBuffer data = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    float base = name.contains(".ln_") && name.endsWith(".weight") ? 1 : 0;
    for (long i = 0; i < bytes / 4; i++) {
      long bits = ((i * 2654435761L + number * 40503 + 12345) & 0xFFFFFFFFL) >> 16;
      data.putFloat((bits - 32768) / 131072f + base);
    }
    return new NamedTensor(name, TensorType.FLOAT32, shape, data.flip());
  }
}
