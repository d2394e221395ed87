package io.espalier.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Writes a vocabulary in the layout of Hugging Face {@code tokenizers}, version 1.0. */
final class TokenizerJson {
  private TokenizerJson() {}

  static String of(BpeModel model) {
    ObjectNode root = TokenizerFile.MAPPER.createObjectNode();
    root.put("version", "1.0");
    root.putNull("truncation");
    root.putNull("padding");
    addEndOfText(root.putArray("added_tokens"));
    root.putNull("normalizer");
    putByteLevel(root, "pre_tokenizer", false, true);
    putByteLevel(root, "post_processor", true, false);
    putByteLevel(root, "decoder", true, true);
    putModel(root.putObject("model"), model);
    return write(root);
  }

  /** tokenizer_config.json of a tokenizer that was trained here. */
  static String config(String endOfText, int maximumLengthTokens) {
    ObjectNode config = configTree(endOfText);
    config.put("tokenizer_class", "GPT2Tokenizer");
    config.put("model_max_length", maximumLengthTokens);
    config.put("bos_token", endOfText);
    config.put("unk_token", endOfText);
    config.put("add_prefix_space", false);
    config.put("clean_up_tokenization_spaces", false);
    return write(config);
  }

  /**
   * tokenizer_config.json of a tokenizer that a user brought: what it says, with the two things
   * that Hugging Face transformers must know added where they are missing.
   */
  static String given(ObjectNode config, String endOfText) {
    ObjectNode complete = config.deepCopy();
    if (!complete.hasNonNull("eos_token")) {
      complete.put("eos_token", endOfText);
    }
    // Beside a model's config.json any other class would rebuild the tokenizer in its own fashion.
    if (!complete.hasNonNull("tokenizer_class")) {
      complete.put("tokenizer_class", "PreTrainedTokenizerFast");
    }
    return write(complete);
  }

  static String write(JsonNode node) {
    try {
      return TokenizerFile.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(node) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A tree always writes as JSON", e);
    }
  }

  private static ObjectNode configTree(String endOfText) {
    return TokenizerFile.MAPPER.createObjectNode().put("eos_token", endOfText);
  }

  private static void addEndOfText(ArrayNode addedTokens) {
    addedTokens
        .addObject()
        .put("id", 0)
        .put("content", BpeTrainer.END_OF_TEXT)
        .put("single_word", false)
        .put("lstrip", false)
        .put("rstrip", false)
        .put("normalized", false)
        .put("special", true);
  }

  private static void putByteLevel(
      ObjectNode root, String key, boolean addPrefixSpace, boolean trimOffsets) {
    root.putObject(key)
        .put("type", "ByteLevel")
        .put("add_prefix_space", addPrefixSpace)
        .put("trim_offsets", trimOffsets)
        .put("use_regex", true);
  }

  private static void putModel(ObjectNode root, BpeModel model) {
    root.put("type", "BPE");
    root.putNull("dropout");
    root.putNull("unk_token");
    root.putNull("continuing_subword_prefix");
    root.putNull("end_of_word_suffix");
    root.put("fuse_unk", false);
    root.put("byte_fallback", false);
    root.put("ignore_merges", false);
    ObjectNode vocabulary = root.putObject("vocab");
    for (int id = 0; id < model.vocabularySize(); id++) {
      vocabulary.put(model.tokens().get(id), id);
    }
    ArrayNode merges = root.putArray("merges");
    for (BpeModel.Merge merge : model.merges()) {
      merges
          .addArray()
          .add(model.tokens().get(merge.left()))
          .add(model.tokens().get(merge.right()));
    }
  }
}
