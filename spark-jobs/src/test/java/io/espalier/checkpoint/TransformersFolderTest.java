package io.espalier.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A folder that transformers made is read; a folder that Espalier made is opened by transformers.
 */
class TransformersFolderTest {
  private static final int HIDDEN = 16;
  private static final int LAYERS = 2;

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

  private static Checkpoint write(CheckpointFolder folder) throws IOException {
    byte[] tokenizer = Files.readAllBytes(Golden.path("tokenizer.json"));
    int vocabulary = new ObjectMapper().readTree(tokenizer).path("model").path("vocab").size();
    assertThat(vocabulary).isLessThan(96);
    try (CheckpointWriter writer = folder.begin(0)) {
      writer.tensors(CheckpointFiles.MODEL, parameters(96, 24));
      Map<String, Object> config = new LinkedHashMap<>();
      config.put("model_type", "gpt2");
      config.put("architectures", List.of("GPT2LMHeadModel"));
      config.put("vocab_size", 96);
      config.put("n_positions", 24);
      config.put("n_embd", HIDDEN);
      config.put("n_layer", LAYERS);
      config.put("n_head", 2);
      config.put("bos_token_id", 0);
      config.put("eos_token_id", 0);
      HuggingFaceFiles.write(writer, config, tokenizer, "<|endoftext|>");
      return writer.commit(Samples.PROVENANCE);
    }
  }

  private static List<NamedTensor> parameters(long vocabulary, long positions) {
    Map<String, List<Long>> shapes = new TreeMap<>();
    long d = HIDDEN;
    shapes.put("transformer.wte.weight", List.of(vocabulary, d));
    shapes.put("transformer.wpe.weight", List.of(positions, d));
    shapes.put("transformer.ln_f.weight", List.of(d));
    shapes.put("transformer.ln_f.bias", List.of(d));
    for (int layer = 0; layer < LAYERS; layer++) {
      String h = "transformer.h." + layer + ".";
      for (String norm : List.of("ln_1", "ln_2")) {
        shapes.put(h + norm + ".weight", List.of(d));
        shapes.put(h + norm + ".bias", List.of(d));
      }
      linear(shapes, h + "attn.c_attn", d, 3 * d);
      linear(shapes, h + "attn.c_proj", d, d);
      linear(shapes, h + "mlp.c_fc", d, 4 * d);
      linear(shapes, h + "mlp.c_proj", 4 * d, d);
    }
    int[] number = {0};
    return shapes.entrySet().stream()
        .map(e -> formula(number[0]++, e.getKey(), e.getValue()))
        .toList();
  }

  private static void linear(Map<String, List<Long>> shapes, String name, long in, long out) {
    shapes.put(name + ".weight", List.of(in, out));
    shapes.put(name + ".bias", List.of(out));
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
