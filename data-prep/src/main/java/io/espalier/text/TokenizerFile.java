package io.espalier.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.espalier.config.ConfigException;
import io.espalier.config.FormatException;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A tokenizer as Hugging Face libraries keep it: the texts of two files. Travels to executors and
 * into checkpoints; {@link Tokenizer#open(TokenizerFile)} makes it work.
 *
 * @param json tokenizer.json, as it is on disk
 * @param configJson tokenizer_config.json: the end-of-text token by name, the longest sequence
 */
public record TokenizerFile(String json, String configJson) implements Serializable {
  /** Name of the first file in a folder. */
  public static final String NAME = "tokenizer.json";

  /** Name of the second file in a folder. */
  public static final String CONFIG_NAME = "tokenizer_config.json";

  static final ObjectMapper MAPPER = JsonMapper.builder().build();

  /**
   * The files of a trained vocabulary.
   *
   * @param maximumLengthTokens the longest sequence a model with this tokenizer reads
   */
  public static TokenizerFile of(BpeModel model, int maximumLengthTokens) {
    return new TokenizerFile(
        TokenizerJson.of(model), TokenizerJson.config(BpeTrainer.END_OF_TEXT, maximumLengthTokens));
  }

  /**
   * Reads a user's tokenizer.
   *
   * @param path a tokenizer.json, or a folder that holds one; a tokenizer_config.json beside it is
   *     read too, and made up if it isn't there
   * @throws ConfigException if the file is missing, isn't such a tokenizer, or doesn't say which
   *     token ends a text
   */
  public static TokenizerFile read(Path path) {
    Path file = Files.isDirectory(path) ? path.resolve(NAME) : path;
    if (!Files.isRegularFile(file)) {
      throw new ConfigException(
          "path is %s but there is no file %s; a tokenizer.json as Hugging Face libraries write it"
                  .formatted(path, file)
              + " would work");
    }
    Path config = file.resolveSibling(CONFIG_NAME);
    try {
      return given(
          file.toString(),
          Files.readString(file),
          Files.isRegularFile(config) ? Files.readString(config) : "");
    } catch (IOException e) {
      throw new ConfigException("path is %s but it can't be read: %s".formatted(path, e), e);
    }
  }

  /**
   * Checks a user's tokenizer that was read from elsewhere.
   *
   * @param name what to call it in messages: its path
   * @param configJson tokenizer_config.json, or empty if there is none
   */
  public static TokenizerFile given(String name, String json, String configJson) {
    JsonNode tokenizer = given(name, json);
    if (!tokenizer.path("model").path("vocab").isContainerNode()) {
      throw new ConfigException(
          "path is %s but that file holds no model with a vocab; a tokenizer.json as Hugging Face"
                  .formatted(name)
              + " libraries write it would work");
    }
    if (given(name + "'s " + CONFIG_NAME, configJson.isBlank() ? "{}" : configJson)
        instanceof ObjectNode config) {
      String endOfText = EndOfText.in(name, tokenizer, config).content();
      return new TokenizerFile(json, TokenizerJson.given(config, endOfText));
    }
    throw new ConfigException("path is %s but its %s holds no keys".formatted(name, CONFIG_NAME));
  }

  private static JsonNode given(String name, String json) {
    try {
      return MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      throw new ConfigException(
          "path is %s but that isn't valid JSON: %s".formatted(name, e.getOriginalMessage()), e);
    }
  }

  /** Writes both files into a folder of the local file system. */
  public void write(Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve(NAME), json);
    Files.writeString(folder.resolve(CONFIG_NAME), configJson);
  }

  /** One more than the largest id. */
  public int vocabularySize() {
    return new Vocabulary(tree()).size();
  }

  JsonNode tree() {
    return parsed(NAME, json);
  }

  JsonNode configTree() {
    return parsed(CONFIG_NAME, configJson);
  }

  private static JsonNode parsed(String name, String json) {
    try {
      return MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      throw new FormatException(name + " isn't valid JSON: " + e.getOriginalMessage(), e);
    }
  }
}
