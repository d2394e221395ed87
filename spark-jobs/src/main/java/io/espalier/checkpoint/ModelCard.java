package io.espalier.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a person reads about a checkpoint, in the form of Hugging Face's model cards: data,
 * training, provenance, licence. All of it follows from the provenance, so that the same training
 * gives the same card.
 */
final class ModelCard {
  /** Of the configuration: what somebody asks about a training first. */
  private static final List<String> TRAINING =
      List.of(
          "training.steps",
          "training.seed_share",
          "training.global_batch_sequences",
          "training.precision",
          "training.schedule.type",
          "training.schedule.peak_learning_rate",
          "training.initial_weights",
          "packing.sequence_length_tokens",
          "model.type",
          "model.layers",
          "model.hidden_size",
          "model.heads",
          "seed");

  private final JsonNode configuration;
  private final StringBuilder card = new StringBuilder();

  private ModelCard(JsonNode configuration) {
    this.configuration = configuration;
  }

  /** The card of a checkpoint. */
  static String of(long step, Provenance provenance) {
    ModelCard card = new ModelCard(provenance.configuration());
    card.write(step, provenance);
    return card.card.toString();
  }

  private void write(long step, Provenance provenance) {
    card.append(
        """
        ---
        library_name: transformers
        pipeline_tag: text-generation
        license: unknown
        tags: [espalier, gpt2]
        ---

        # %s: %s

        A language model made by Espalier: `%s`, after %d updates.

        ```python
        from transformers import AutoModelForCausalLM, AutoTokenizer

        model = AutoModelForCausalLM.from_pretrained("FOLDER")
        tokenizer = AutoTokenizer.from_pretrained("FOLDER")
        ```
        """
            .formatted(
                cell(text("name").isEmpty() ? "model" : text("name")),
                cell(provenance.stage()),
                cell(provenance.stage()),
                step));
    data();
    training(provenance);
    provenance(provenance);
    card.append(
        """

        ## Licence

        Nobody has stated a licence of this model. Those of its text stand under Data, as far as they were stated.
        """);
  }

  private void data() {
    card.append("\n## Data\n\n| used for | text | licence | from |\n|---|---|---|---|\n");
    sources("training");
    sources("evaluation");
    for (JsonNode corpus : configuration.path("data").path("megatron")) {
      row("training", corpus.path("path").asText(), "", "Megatron-LM's format");
    }
    card.append(
        "\nEvaluation text was never trained on. A seed and a dense model are trained on all domains"
            + " of the training text, an expert on its own after the seed.\n");
  }

  private void sources(String role) {
    for (JsonNode source : configuration.path("data").path(role)) {
      String licence = source.path("licence").asText();
      boolean single = !source.path("provenance").path("path").asText().isEmpty();
      row(
          role,
          source.path("path").asText(),
          licence.isEmpty() ? (single ? "stated document by document" : "not stated") : licence,
          source.path("url").asText());
    }
  }

  private void training(Provenance provenance) {
    card.append("\n## Training\n\n| | |\n|---|---|\n");
    for (String key : TRAINING) {
      String value = text(key);
      if (!value.isEmpty()) {
        row("`" + key + "`", value);
      }
    }
    Hardware hardware = provenance.hardware();
    row("computed on", "%s, %s".formatted(hardware.device(), hardware.processor()));
  }

  private void provenance(Provenance provenance) {
    card.append("\n## Provenance\n\n| | |\n|---|---|\n");
    row("code", provenance.codeVersion());
    row(
        "versions of tables",
        provenance.tableVersions().entrySet().stream()
            .map(ModelCard::version)
            .collect(Collectors.joining(", ")));
    List<String> parents = new ArrayList<>();
    provenance.parents().forEach(parent -> parents.add(described(parent)));
    row("made from", parents.isEmpty() ? "no other checkpoint" : String.join("; ", parents));
    card.append("\n`manifest.json` has the hash of every file and the whole configuration.\n");
  }

  private static String version(Map.Entry<String, Long> table) {
    return table.getKey() + " " + table.getValue();
  }

  private static String described(ParentCheckpoint parent) {
    return "%s, update %d, share %s, manifest %s"
        .formatted(parent.name(), parent.step(), parent.weight(), parent.hash());
  }

  private String text(String path) {
    JsonNode node = configuration;
    for (String key : path.split("\\.", -1)) {
      node = node.path(key);
    }
    return node.asText();
  }

  private void row(String... cells) {
    card.append("| ");
    card.append(List.of(cells).stream().map(ModelCard::cell).collect(Collectors.joining(" | ")));
    card.append(" |\n");
  }

  /** Paths and licences are others' words: they may neither end a cell nor begin markup. */
  private static String cell(String text) {
    return text.replaceAll("\\s+", " ").replace("|", "\\|").replace("<", "&lt;");
  }
}
