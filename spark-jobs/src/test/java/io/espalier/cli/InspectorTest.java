package io.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.espalier.checkpoint.Checkpoint;
import io.espalier.checkpoint.CheckpointCatalogue;
import io.espalier.checkpoint.CheckpointFolder;
import io.espalier.checkpoint.CheckpointWriter;
import io.espalier.checkpoint.Hardware;
import io.espalier.checkpoint.NamedTensor;
import io.espalier.checkpoint.ParentCheckpoint;
import io.espalier.checkpoint.Provenance;
import io.espalier.checkpoint.TensorType;
import io.espalier.config.ConfigException;
import io.espalier.config.FormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InspectorTest {
  @TempDir private Path run;

  @Test
  void aCheckpointShowsTensorsFilesAndWhereItComesFrom() throws IOException {
    Checkpoint checkpoint = write("experts/legal", 600);
    InspectedCheckpoint found =
        (InspectedCheckpoint) inspect("checkpoints/experts/legal/step-00000600");
    assertThat(found.hash()).isEqualTo(checkpoint.hash());
    assertThat(found.step()).isEqualTo(600);
    assertThat(found.parameters()).isEqualTo(6);
    assertThat(found.files()).containsOnlyKeys("README.md", "config.json", "model.safetensors");
    assertThat(found.tensors())
        .containsExactly(
            new InspectedCheckpoint.TensorLine("wte.weight", "F32", List.of(2L, 3L), 24));
    assertThat(found.toText())
        .contains("Made by     train expert/legal, code 1.0 (abc)", "table sequences version 3")
        .contains("seed", "wte.weight  F32   [2, 3]");
    assertThat(Output.json(found)).contains("\"table_versions\"", "\"parameters\" : 6");
  }

  @Test
  void aModelsFolderListsItsCheckpoints() throws IOException {
    write("seed", 100);
    write("seed", 200);
    InspectedCheckpoints found = (InspectedCheckpoints) inspect("checkpoints/seed");
    assertThat(found.checkpoints())
        .extracting(InspectedCheckpoints.Line::step)
        .containsExactly(100L, 200L);
    assertThat(found.damaged()).isEmpty();
  }

  @Test
  void aDamagedCheckpointIsNamedBesideTheWholeOnes() throws IOException {
    write("seed", 100);
    write("seed", 200);
    Files.writeString(run.resolve("checkpoints/seed/step-00000200/manifest.json"), "{");
    InspectedCheckpoints found = (InspectedCheckpoints) inspect("checkpoints/seed");
    assertThat(found.checkpoints()).hasSize(1);
    assertThat(found.toText()).contains("step-00000200");
  }

  @Test
  void aRunListsItsModelsByName() throws IOException {
    Files.writeString(run.resolve("experiment.yaml"), "name: x\n");
    write("experts/legal", 600);
    write("seed", 300);
    InspectedRun found = (InspectedRun) inspect("");
    assertThat(found.models())
        .extracting(InspectedRun.ModelLine::name)
        .containsExactly("experts/legal", "seed");
    assertThat(found.tables()).isEmpty();
  }

  @Test
  void auditingReadsEveryByteOfACheckpointAndOfNothingElse() throws IOException {
    write("seed", 100);
    assertThat(audit("checkpoints/seed/step-00000100").toText()).contains("Audited     every byte");
    assertThatThrownBy(() -> audit("checkpoints/seed"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("checkpoints/seed is no checkpoint");

    Path model = run.resolve("checkpoints/seed/step-00000100/model.safetensors");
    byte[] bytes = Files.readAllBytes(model);
    bytes[bytes.length - 1] ^= 1;
    Files.write(model, bytes);
    assertThatThrownBy(() -> audit("checkpoints/seed/step-00000100"))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("model.safetensors is damaged");
  }

  @Test
  void anythingElseIsRefusedWithWhatWouldDo() throws IOException {
    Files.createDirectories(run.resolve("other"));
    assertThatThrownBy(() -> inspect("other"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("neither a run");
    assertThatThrownBy(() -> inspect("missing")).isInstanceOf(ConfigException.class);
  }

  private Inspected inspect(String path) throws IOException {
    return inspect(path, false);
  }

  private Inspected audit(String path) throws IOException {
    return inspect(path, true);
  }

  private Inspected inspect(String path, boolean audit) throws IOException {
    return new Inspector(OptionalLong.empty(), 5, audit, Map.of())
        .inspect(run.resolve(path).toString());
  }

  @Test
  void modelsHaveSeenASplitThemselvesOrThroughWhatTheyBeganWith() {
    Checkpoint seed = write("seed", 300);
    write("experts/legal", 500, seed.hash());
    write("experts/legal", 600, seed.hash());
    Checkpoint code = write("experts/code", 600, seed.hash());
    write("experts/legal@2", 700, "e".repeat(64));
    write("merged/code", 600, code.hash());
    write("experts/alone", 600, "e".repeat(64));
    var catalogue =
        CheckpointCatalogue.of(new Configuration(), run.resolve("checkpoints").toString());

    assertThat(ModelsOfDomain.of(catalogue, "legal", "train"))
        .extracting(m -> "%s %d %s".formatted(m.name(), m.step(), m.itself()))
        .containsExactly(
            "expert/code 600 false",
            "expert/legal 600 true",
            "merged/code 600 false",
            "seed 300 true");
    assertThat(ModelsOfDomain.of(catalogue, "legal", "train-2"))
        .extracting(ModelsOfDomain.Model::name)
        .containsExactly("expert/legal@2");
    assertThat(ModelsOfDomain.of(catalogue, "legal", "test")).isEmpty();
  }

  private Checkpoint write(String model, long step) {
    return write(model, step, "f".repeat(64));
  }

  private Checkpoint write(String model, long step, String parent) {
    CheckpointFolder folder = CheckpointFolder.local(run.resolve("checkpoints").resolve(model));
    ByteBuffer values = ByteBuffer.allocateDirect(24);
    try (CheckpointWriter writer = folder.begin(step)) {
      writer.tensors(
          "model.safetensors",
          List.of(new NamedTensor("wte.weight", TensorType.FLOAT32, List.of(2L, 3L), values)));
      writer.json("config.json", JsonNodeFactory.instance.objectNode());
      return writer.commit(
          new Provenance(
              "train " + model.replaceFirst("^experts/", "expert/"),
              JsonNodeFactory.instance.objectNode(),
              "1.0 (abc)",
              Map.of("sequences", 3L),
              List.of(new ParentCheckpoint("seed", 300, parent, 1)),
              20,
              Hardware.ofThisMachine("cpu")));
    }
  }
}
