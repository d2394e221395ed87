package io.espalier.checkpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/**
 * The small files beside the weights that make a checkpoint's folder one that Hugging Face
 * transformers opens as it lies: {@code AutoModelForCausalLM.from_pretrained(folder)}.
 */
public final class HuggingFaceFiles {
  /** transformers has a default for each of these, and would load another model without a word. */
  private static final List<String> NEEDED =
      List.of("model_type", "vocab_size", "n_positions", "n_embd", "n_layer", "n_head");

  private HuggingFaceFiles() {}

  /**
   * Writes {@code config.json}, {@code generation_config.json}, {@code tokenizer.json} and {@code
   * tokenizer_config.json}.
   *
   * @param config a GPT-2 configuration with the keys of transformers
   * @param tokenizer a tokenizer in the format of Hugging Face tokenizers
   * @param endOfText the token that ends a document, such as {@code <|endoftext|>}
   */
  public static void write(
      CheckpointWriter writer, Map<String, ?> config, byte[] tokenizer, String endOfText) {
    NEEDED.stream()
        .filter(key -> !config.containsKey(key))
        .forEach(
            key -> {
              throw new IllegalArgumentException("config.json needs " + key);
            });
    ObjectNode json = Json.MAPPER.valueToTree(config);
    writer.json(CheckpointFiles.CONFIG, json);
    writer.json(CheckpointFiles.GENERATION_CONFIG, generationConfig(json));
    writer.bytes(CheckpointFiles.TOKENIZER, tokenizer);
    writer.json(
        CheckpointFiles.TOKENIZER_CONFIG,
        tokenizerConfig(endOfText, json.get("n_positions").asInt()));
  }

  /** How {@code generate} begins and ends a text: as the model's configuration says. */
  private static ObjectNode generationConfig(ObjectNode config) {
    ObjectNode generation = Json.MAPPER.createObjectNode().put("_from_model_config", true);
    for (String key : List.of("bos_token_id", "eos_token_id")) {
      if (config.has(key)) {
        generation.set(key, config.get(key));
      }
    }
    return generation;
  }

  private static ObjectNode tokenizerConfig(String endOfText, int maximumTokens) {
    return Json.MAPPER
        .createObjectNode()
        .put("tokenizer_class", "PreTrainedTokenizerFast")
        .put("model_max_length", maximumTokens)
        .put("clean_up_tokenization_spaces", false)
        .put("bos_token", endOfText)
        .put("eos_token", endOfText)
        .put("unk_token", endOfText);
  }
}
