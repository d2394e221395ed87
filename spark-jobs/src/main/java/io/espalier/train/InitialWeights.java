package io.espalier.train;

import com.fasterxml.jackson.databind.JsonNode;
import io.espalier.checkpoint.CheckpointFiles;
import io.espalier.checkpoint.SafetensorsReader;
import io.espalier.checkpoint.TensorSpec;
import io.espalier.config.ConfigException;
import io.espalier.model.LanguageModel;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A GPT-2 checkpoint that others trained, as Hugging Face transformers writes it: what a training
 * begins with instead of random numbers.
 *
 * @param folder on this machine, with {@code config.json} and {@code model.safetensors}
 */
public record InitialWeights(Path folder) {
  private static final String KEY = "training.initial_weights";
  private static final String PREFIX = "transformer.";
  private static final String POSITIONS = "wpe.weight";
  private static final String HEAD = "lm_head.weight";
  private static final String TIED = "wte.weight";

  /** Keys of config.json that must be the experiment's, by the experiment's key for them. */
  private static final Map<String, String> SHAPE =
      Map.of(
          "n_layer", "model.layers",
          "n_embd", "model.hidden_size",
          "n_head", "model.heads",
          "vocab_size", "the vocabulary of tokenizer.path");

  /** What else GPT-2 is, and what transformers takes it for where config.json doesn't say. */
  private static final Map<String, Set<String>> ARCHITECTURE =
      Map.of(
          "model_type", Set.of("gpt2"),
          "activation_function", Set.of("", "gelu_new", "gelu_pytorch_tanh"),
          "layer_norm_epsilon", Set.of("", "1.0E-5"),
          "scale_attn_weights", Set.of("", "true"),
          "scale_attn_by_inverse_layer_idx", Set.of("", "false"),
          "add_cross_attention", Set.of("", "false"),
          "tie_word_embeddings", Set.of("", "true"));

  /**
   * Those that the settings name.
   *
   * @throws ConfigException if they lie on no disk of this machine
   */
  public static Optional<InitialWeights> of(TrainingSettings settings) {
    String folder = settings.initialWeights();
    if (folder.isEmpty()) {
      return Optional.empty();
    }
    if (folder.matches("[a-zA-Z][a-zA-Z0-9+.-]+:.*") && !folder.startsWith("file:")) {
      throw new ConfigException(
          "%s is %s but must be a folder of this machine".formatted(KEY, folder));
    }
    return Optional.of(new InitialWeights(Path.of(folder.replaceFirst("^file:/*", "/"))));
  }

  /**
   * Refuses weights of another architecture or shape.
   *
   * @param spec the experiment's model
   */
  public void check(ModelSpec spec) {
    for (String file : List.of(CheckpointFiles.CONFIG, CheckpointFiles.MODEL)) {
      if (!Files.isRegularFile(folder.resolve(file))) {
        throw refused(
            "there is no %s in it; a folder that save_pretrained wrote would work".formatted(file));
      }
    }
    JsonNode config = config();
    ARCHITECTURE.forEach((key, allowed) -> checkArchitecture(config, key, allowed));
    Map<String, Object> own =
        spec.architecture()
            .huggingFaceConfig(spec.vocabularySize(), spec.sequenceLengthTokens(), 0);
    SHAPE.forEach(
        (key, ours) -> {
          if (!config.path(key).asText().equals(String.valueOf(own.get(key)))) {
            throw refused(
                "its %s is %s and %s is %s; the same number would work"
                    .formatted(key, shown(config.path(key)), ours, own.get(key)));
          }
        });
    checkMlp(config);
    long positions = config.path("n_positions").asLong();
    if (positions < spec.sequenceLengthTokens()) {
      throw refused(
          "its n_positions is %d and packing.sequence_length_tokens is %d; at most %d would work"
              .formatted(positions, spec.sequenceLengthTokens(), positions));
    }
  }

  /** The SHA-256 of the weights, in hexadecimal digits. */
  String hash() {
    try (InputStream in = Files.newInputStream(folder.resolve(CheckpointFiles.MODEL))) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      new DigestInputStream(in, digest).transferTo(OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(digest.digest());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the weights in " + folder, e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }

  /**
   * Fills the model's weights; of the positions, as many as it has.
   *
   * @throws io.espalier.config.FormatException if a tensor is missing or has another shape
   */
  void load(LanguageModel model) {
    try (SafetensorsReader reader = SafetensorsReader.open(folder.resolve(CheckpointFiles.MODEL))) {
      requireTied(reader);
      ModelFiles.loadWeights(model, reader, wanted -> stored(wanted, reader));
    }
  }

  /** An output layer of its own would be left out without a word. */
  private void requireTied(SafetensorsReader reader) {
    if (has(reader, HEAD)
        && !reader.read(HEAD).data().equals(reader.read(name(TIED, reader)).data())) {
      throw refused("its output layer (%s) isn't its embedding, as GPT-2's is".formatted(HEAD));
    }
  }

  /** The tensor as the file has it; rows of positions beyond the model's are left alone. */
  private static TensorSpec stored(TensorSpec wanted, SafetensorsReader reader) {
    String name = name(wanted.name().substring(PREFIX.length()), reader);
    if (!name.endsWith(POSITIONS)) {
      return new TensorSpec(name, wanted.type(), wanted.shape());
    }
    List<Long> found = reader.spec(name).shape();
    boolean longer =
        found.size() == 2
            && found.get(0) >= wanted.shape().get(0)
            && found.get(1).equals(wanted.shape().get(1));
    return new TensorSpec(name, wanted.type(), longer ? found : wanted.shape());
  }

  /** GPT-2 itself was published without the prefix that transformers writes today. */
  private static String name(String parameter, SafetensorsReader reader) {
    return has(reader, PREFIX + parameter) ? PREFIX + parameter : parameter;
  }

  private static boolean has(SafetensorsReader reader, String name) {
    return reader.tensors().stream().anyMatch(tensor -> tensor.spec().name().equals(name));
  }

  private void checkArchitecture(JsonNode config, String key, Set<String> allowed) {
    JsonNode value = config.path(key);
    String text = value.isNumber() ? Double.toString(value.asDouble()) : value.asText();
    if (!allowed.contains(text)) {
      throw refused("its %s is %s, which GPT-2's isn't".formatted(key, shown(value)));
    }
  }

  private void checkMlp(JsonNode config) {
    JsonNode inner = config.path("n_inner");
    if (inner.isNumber() && inner.asLong() != 4 * config.path("n_embd").asLong()) {
      throw refused("its n_inner is %s, not 4 × n_embd as GPT-2's".formatted(inner));
    }
  }

  private static String shown(JsonNode value) {
    return value.isMissingNode() ? "not given" : value.asText();
  }

  private JsonNode config() {
    try {
      return TrainingJson.MAPPER.readTree(folder.resolve(CheckpointFiles.CONFIG).toFile());
    } catch (IOException e) {
      throw new ConfigException(
          "%s is %s but its config.json can't be read: %s".formatted(KEY, folder, e.getMessage()),
          e);
    }
  }

  private ConfigException refused(String problem) {
    return new ConfigException("%s is %s but %s".formatted(KEY, folder, problem));
  }
}
