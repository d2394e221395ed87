package io.espalier.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.espalier.config.ConfigFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelCardTest {
  private static final JsonNode CONFIGURATION =
      ConfigFile.parse(
          "experiment.yaml",
          """
          name: mine
          data:
            training:
              - {path: /data/law, licence: "public | domain", url: https://example.org, provenance: {path: ""}}
              - {path: /data/web, licence: "", url: "", provenance: {path: origin.tsv}}
            evaluation: [{path: /data/held-out, licence: "", url: "", provenance: {path: ""}}]
          training: {steps: 600, schedule: {peak_learning_rate: 0.001}}
          model: {layers: 4}
          """);

  @TempDir private Path folder;

  @Test
  void itTellsDataTrainingProvenanceAndLicences() {
    assertThat(ModelCard.of(600, provenance()))
        .startsWith("---\nlibrary_name: transformers\n")
        .contains("`train expert/law`, after 600 updates")
        .contains("| training | /data/law | public \\| domain | https://example.org |")
        .contains("| training | /data/web | stated document by document |  |")
        .contains("| evaluation | /data/held-out | not stated |  |")
        .contains("| `training.steps` | 600 |", "| `model.layers` | 4 |")
        .contains("| made from | seed, update 300, share 1.0, manifest abc |")
        .contains("## Licence");
  }

  @Test
  void everyModelHasOneThatItsManifestVouchesFor() {
    try (CheckpointWriter writer = CheckpointFolder.local(folder).begin(600)) {
      HuggingFaceFiles.write(
          writer,
          Map.of(
              "model_type",
              "gpt2",
              "vocab_size",
              9,
              "n_positions",
              8,
              "n_embd",
              4,
              "n_layer",
              1,
              "n_head",
              1),
          new byte[] {'{', '}'},
          "<|endoftext|>");
      Checkpoint checkpoint = writer.commit(provenance());
      assertThat(checkpoint.manifest().files()).containsKey("README.md");
      assertThat(checkpoint.bytes("README.md")).asString().contains("# mine: train expert/law");
    }
  }

  private static Provenance provenance() {
    return new Provenance(
        "train expert/law",
        CONFIGURATION,
        "1.0",
        Map.of("sequences", 3L),
        List.of(new ParentCheckpoint("seed", 300, "abc", 1)),
        20,
        Hardware.ofThisMachine("cpu"));
  }
}
