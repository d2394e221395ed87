package io.espalier.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.espalier.checkpoint.Checkpoint;
import io.espalier.checkpoint.CheckpointFiles;
import io.espalier.checkpoint.CheckpointFolder;
import io.espalier.checkpoint.CheckpointWriter;
import io.espalier.checkpoint.FileEntry;
import io.espalier.checkpoint.Hardware;
import io.espalier.checkpoint.NamedTensor;
import io.espalier.checkpoint.ParentCheckpoint;
import io.espalier.checkpoint.Provenance;
import io.espalier.checkpoint.SafetensorsReader;
import io.espalier.checkpoint.TensorType;
import io.espalier.config.ConfigException;
import io.espalier.config.FormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StreamingMergerTest {
  private static final Provenance PROVENANCE =
      new Provenance(
          "merge test",
          JsonNodeFactory.instance.objectNode(),
          "0.1.0",
          Map.of(),
          List.of(),
          20,
          new Hardware("a processor", 2, "cpu", "Linux amd64", "17"));
  private static final List<TensorType> TYPES =
      List.of(TensorType.FLOAT32, TensorType.FLOAT64, TensorType.BFLOAT16, TensorType.FLOAT16);

  @TempDir Path root;

  @Test
  void everyElementIsTheWeightedSum() {
    List<WeightedExpert> experts = experts(3, 0.5, 0.2, 0.3);
    Checkpoint merged = merge(experts, "merged", 2, 4096);
    for (String tensor : List.of("weight.F32", "weight.F64")) {
      List<ByteBuffer> values = experts.stream().map(e -> data(e.checkpoint(), tensor)).toList();
      ByteBuffer result = data(merged, tensor);
      boolean single = tensor.endsWith("F32");
      int elements = result.remaining() / (single ? 4 : 8);
      for (int i = 0; i < elements; i++) {
        double sum = 0;
        for (int e = 0; e < 3; e++) {
          double value = single ? values.get(e).getFloat(4 * i) : values.get(e).getDouble(8 * i);
          sum += experts.get(e).weight() * value;
        }
        double found = single ? result.getFloat(4 * i) : result.getDouble(8 * i);
        assertThat(Math.abs(found - sum))
            .isLessThanOrEqualTo(single ? Math.ulp((float) sum) : 1e-15);
      }
    }
  }

  @Test
  void identicalExpertsStayAsTheyAreInEveryType() {
    List<WeightedExpert> experts =
        List.of(
            new WeightedExpert("a", expert("a", 7), 0.1),
            new WeightedExpert("b", expert("b", 7), 0.2),
            new WeightedExpert("c", expert("c", 7), 0.7));
    assertThat(sha256(merge(experts, "merged", 2, 4096)))
        .isEqualTo(sha256(experts.get(0).checkpoint()));
  }

  @Test
  void weightOneGivesThatExpertsFile() {
    List<WeightedExpert> experts = experts(3, 0, 1, 0);
    assertThat(sha256(merge(experts, "merged", 2, 4096)))
        .isEqualTo(sha256(experts.get(1).checkpoint()));
  }

  @Test
  void blocksThreadsAndOrderDoNotShow() {
    List<WeightedExpert> experts = experts(4, 0.4, 0.1, 0.2, 0.3);
    String expected = sha256(merge(experts, "merged", 1, 1 << 20));
    for (int threads : new int[] {1, 2, 5}) {
      for (int blockBytes : new int[] {8, 100, 4096, 1 << 20}) {
        Checkpoint merged = merge(experts, threads + "x" + blockBytes, threads, blockBytes);
        assertThat(sha256(merged)).isEqualTo(expected);
      }
    }
    List<WeightedExpert> reversed = new ArrayList<>(experts);
    Collections.reverse(reversed);
    assertThat(sha256(merge(reversed, "reversed", 2, 4096))).isEqualTo(expected);
  }

  @Test
  void theSameWeightsGiveTheSameBytesWhateverElseTheirCheckpointsHold() {
    double[] weights = {0.4, 0.1, 0.2, 0.3};
    List<String> results = new ArrayList<>();
    for (int repetition = 0; repetition < 5; repetition++) {
      List<WeightedExpert> experts = new ArrayList<>();
      for (int i = 0; i < weights.length; i++) {
        String folder = "repetition-%d-%d".formatted(repetition, i);
        List<NamedTensor> moments = tensors(100L * repetition + i);
        Checkpoint checkpoint = commit(folder, config(96), "t", tensors(i), moments);
        experts.add(new WeightedExpert("expert/" + i, checkpoint, weights[i]));
      }
      results.add(sha256(merge(experts, "merged-" + repetition, 1, 4096)));
    }
    assertThat(results).containsOnly(results.get(0));
  }

  @Test
  void theResultIsACheckpointWithItsParentsAndWithoutAnOptimizer() {
    List<WeightedExpert> experts = experts(2, 0.25, 0.75);
    Checkpoint merged = merge(experts, "merged", 2, 4096);
    merged.audit();
    assertThat(merged.files())
        .containsExactlyInAnyOrder(
            CheckpointFiles.CARD,
            CheckpointFiles.MODEL,
            CheckpointFiles.CONFIG,
            CheckpointFiles.TOKENIZER);
    assertThat(merged.json(CheckpointFiles.CONFIG)).isEqualTo(config(96));
    assertThat(merged.manifest().provenance().parents())
        .containsExactly(
            new ParentCheckpoint("expert/0", 5, experts.get(0).checkpoint().hash(), 0.25),
            new ParentCheckpoint("expert/1", 5, experts.get(1).checkpoint().hash(), 0.75));
  }

  @Test
  void expertsOfAnotherConfigurationAreRefusedWithBothValues() {
    refused(
        commit("other", config(128), "t", tensors(1)),
        "vocab_size of expert/0 (",
        "is 96 but 128 in other (");
  }

  @Test
  void expertsWithAnotherTokenizerAreRefused() {
    refused(commit("other", config(96), "u", tensors(1)), "tokenizer.json of expert/0", "other (");
  }

  @Test
  void otherShapesTypesAndTensorsAreRefusedWithBothValues() {
    NamedTensor narrow = tensor("bias", TensorType.FLOAT32, List.of(5L), 1);
    refused(
        replacing(narrow), "bias has type F32 and shape [7] in expert/0", "F32 and [5] in other");
    NamedTensor half = tensor("bias", TensorType.FLOAT16, List.of(7L), 1);
    refused(replacing(half), "bias has type F32 and shape [7] in expert/0", "F16 and [7] in other");
    NamedTensor more = tensor("more", TensorType.FLOAT32, List.of(7L), 1);
    refused(replacing(more), "other (", "has tensor more but expert/0 (");
    List<NamedTensor> fewer = tensors(1).stream().filter(t -> !t.name().equals("bias")).toList();
    refused(commit("fewer", config(96), "t", fewer), "has tensor bias but", "has not");
  }

  @Test
  void typesThatAreNoRealNumbersAreRefused() {
    NamedTensor mask = tensor("mask", TensorType.UINT8, List.of(8L), 1);
    Checkpoint one = replacing(mask);
    assertThatThrownBy(() -> merge(List.of(new WeightedExpert("one", one, 1)), "merged", 1, 4096))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("mask of one")
        .hasMessageContaining("has type U8, but only F16, BF16, F32 and F64 can be merged");
  }

  @Test
  void aDamagedInputIsNamedAndNothingIsCommitted() throws IOException {
    List<WeightedExpert> experts = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      List<NamedTensor> tensors = new ArrayList<>(tensors(i));
      tensors.add(tensor("large", TensorType.FLOAT32, List.of(200_000L), i));
      experts.add(
          new WeightedExpert("expert/" + i, commit("expert-" + i, config(96), "t", tensors), 0.25));
    }
    Path model = root.resolve("expert-1/step-00000005/model.safetensors");
    byte[] whole = Files.readAllBytes(model);
    Random random = new Random(5);
    for (int round = 0; round < 20; round++) {
      byte[] flipped = whole.clone();
      flipped[random.nextInt(whole.length)] ^= (byte) (1 << random.nextInt(8));
      Files.write(model, flipped);
      assertThatThrownBy(() -> merge(experts, "merged", 2, 4096))
          .isInstanceOf(FormatException.class)
          .hasMessageContaining(model.toString());
    }
    assertThat(root.resolve("merged")).isEmptyDirectory();
    Files.write(model, whole);
    merge(experts, "merged", 2, 4096).audit();
  }

  @Test
  void weightsThatDoNotSumToOneAreABug() {
    List<WeightedExpert> experts = experts(2, 0.5, 0.6);
    assertThatThrownBy(() -> merge(experts, "merged", 1, 4096))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("[0.5, 0.6]");
  }

  private void refused(Checkpoint other, String... parts) {
    List<WeightedExpert> experts =
        List.of(
            new WeightedExpert("expert/0", expert("first", 0), 0.5),
            new WeightedExpert("other", other, 0.5));
    assertThatThrownBy(() -> merge(experts, "merged", 2, 4096))
        .isInstanceOf(ConfigException.class)
        .message()
        .contains(parts);
    assertThat(CheckpointFolder.local(root.resolve("merged")).all()).isEmpty();
  }

  private Checkpoint merge(List<WeightedExpert> experts, String name, int threads, int blockBytes) {
    try (CheckpointWriter into = CheckpointFolder.local(root.resolve(name)).begin(9)) {
      return StreamingMerger.merge(
          MergePlan.of(experts, new LinearMerge()),
          into,
          PROVENANCE,
          new StreamingMerger.Memory(threads, blockBytes, 1 << 20));
    }
  }

  private List<WeightedExpert> experts(int count, double... weights) {
    List<WeightedExpert> experts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      experts.add(new WeightedExpert("expert/" + i, expert("expert-" + i, i), weights[i]));
    }
    return experts;
  }

  private Checkpoint expert(String folder, long seed) {
    return commit(folder, config(96), "t", tensors(seed));
  }

  private Checkpoint replacing(NamedTensor tensor) {
    Stream<NamedTensor> others = tensors(1).stream().filter(t -> !t.name().equals(tensor.name()));
    return commit(
        "with-" + tensor.name() + tensor.type(),
        config(96),
        "t",
        Stream.concat(others, Stream.of(tensor)).toList());
  }

  private Checkpoint commit(
      String folder, ObjectNode config, String tokenizer, List<NamedTensor> tensors) {
    return commit(folder, config, tokenizer, tensors, tensors);
  }

  private Checkpoint commit(
      String folder,
      ObjectNode config,
      String tokenizer,
      List<NamedTensor> tensors,
      List<NamedTensor> moments) {
    try (CheckpointWriter writer = CheckpointFolder.local(root.resolve(folder)).begin(5)) {
      writer.tensors(CheckpointFiles.MODEL, tensors);
      writer.tensors(CheckpointFiles.OPTIMIZER, moments);
      writer.json(CheckpointFiles.CONFIG, config);
      writer.bytes(CheckpointFiles.TOKENIZER, tokenizer.getBytes(StandardCharsets.UTF_8));
      return writer.commit(PROVENANCE);
    }
  }

  private static ObjectNode config(int vocabulary) {
    return JsonNodeFactory.instance.objectNode().put("vocab_size", vocabulary).put("n_embd", 16);
  }

  /** One tensor of odd size per type, a bias and an empty one. */
  private static List<NamedTensor> tensors(long seed) {
    List<NamedTensor> tensors = new ArrayList<>();
    for (TensorType type : TYPES) {
      tensors.add(tensor("weight." + type.code(), type, List.of(37L, 53L), seed));
    }
    tensors.add(tensor("bias", TensorType.FLOAT32, List.of(7L), seed));
    tensors.add(tensor("empty", TensorType.FLOAT32, List.of(0L, 3L), seed));
    return tensors;
  }

  private static NamedTensor tensor(String name, TensorType type, List<Long> shape, long seed) {
    int elements = (int) shape.stream().mapToLong(Long::longValue).reduce(1, Math::multiplyExact);
    ByteBuffer data =
        ByteBuffer.allocate(elements * type.elementBytes()).order(ByteOrder.LITTLE_ENDIAN);
    Random random = new Random(seed * 31 + name.hashCode());
    double[] values = random.doubles(elements, -1, 1).toArray();
    if (elements > 0) {
      values[0] = -0.0;
    }
    if (type == TensorType.UINT8) {
      return new NamedTensor(name, type, shape, data);
    }
    new FloatCodec(elements).encode(type, values, data, 0, elements);
    return new NamedTensor(name, type, shape, data);
  }

  private static ByteBuffer data(Checkpoint checkpoint, String tensor) {
    try (SafetensorsReader reader = checkpoint.tensors(CheckpointFiles.MODEL)) {
      return reader.read(tensor).data();
    }
  }

  private static String sha256(Checkpoint checkpoint) {
    FileEntry model = checkpoint.manifest().files().get(CheckpointFiles.MODEL);
    return Objects.requireNonNull(model).sha256();
  }
}
