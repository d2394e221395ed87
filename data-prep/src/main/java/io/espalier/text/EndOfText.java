package io.espalier.text;

import com.fasterxml.jackson.databind.JsonNode;
import io.espalier.config.ConfigException;
import java.util.List;
import java.util.Optional;

/**
 * The token that ends a text.
 *
 * @param content how the vocabulary spells it
 * @param id its id
 */
record EndOfText(String content, int id) {
  /** What the common families of tokenizers call it, asked for in this order. */
  private static final List<String> USUAL =
      List.of(BpeTrainer.END_OF_TEXT, "<|end_of_text|>", "</s>", "<eos>", "[EOS]");

  /**
   * The token that {@code eos_token} in tokenizer_config.json names, or else one of the usual ones.
   *
   * @param name what to call the tokenizer in messages: its path
   */
  static EndOfText in(String name, JsonNode tokenizer, JsonNode config) {
    JsonNode named = config.path("eos_token");
    String content = named.isObject() ? named.path("content").asText() : named.asText("");
    if (!content.isEmpty()) {
      return find(tokenizer, content)
          .orElseThrow(
              () ->
                  new ConfigException(
                      "path is %s but eos_token in its tokenizer_config.json is %s, which isn't in"
                              .formatted(name, content)
                          + " its vocabulary"));
    }
    return USUAL.stream()
        .flatMap(usual -> find(tokenizer, usual).stream())
        .findFirst()
        .orElseThrow(
            () ->
                new ConfigException(
                    "path is %s but it has none of the usual end-of-text tokens (%s); a"
                            .formatted(name, String.join(", ", USUAL))
                        + " tokenizer_config.json beside it with the key eos_token would work"));
  }

  private static Optional<EndOfText> find(JsonNode tokenizer, String content) {
    for (JsonNode token : tokenizer.path("added_tokens")) {
      if (token.path("content").asText().equals(content)) {
        return Optional.of(new EndOfText(content, token.path("id").asInt()));
      }
    }
    JsonNode id = tokenizer.path("model").path("vocab").path(content);
    return id.isInt() ? Optional.of(new EndOfText(content, id.asInt())) : Optional.empty();
  }
}
