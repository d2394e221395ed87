package io.espalier.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/** The ways of cutting text into pre-tokens for which there is a scanner. */
enum PreTokenPattern {
  /** GPT-2: what ByteLevel does by itself. */
  GPT2("'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+"),
  /** Llama 3 and cl100k: digits in threes. */
  LLAMA3(Patterns.LLAMA3.formatted("{1,3}")),
  /** Qwen 2: every digit by itself. */
  QWEN2(Patterns.LLAMA3.formatted(""));

  private static final class Patterns {
    static final String LLAMA3 =
        "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}%s"
            + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
  }

  private final String regularExpression;

  PreTokenPattern(String regularExpression) {
    this.regularExpression = regularExpression;
  }

  /**
   * The pattern by which the {@code pre_tokenizer} of a tokenizer.json cuts, if it is one of these.
   */
  static Optional<PreTokenPattern> of(JsonNode preTokenizer) {
    if (isByteLevel(preTokenizer)) {
      return preTokenizer.path("use_regex").asBoolean(true) ? Optional.of(GPT2) : Optional.empty();
    }
    JsonNode parts = preTokenizer.path("pretokenizers");
    boolean splitThenBytes =
        preTokenizer.path("type").asText().equals("Sequence")
            && parts.size() == 2
            && isIsolatingSplit(parts.get(0))
            && isByteLevel(parts.get(1))
            && !parts.get(1).path("use_regex").asBoolean(true);
    return splitThenBytes
        ? named(parts.get(0).path("pattern").path("Regex").asText())
        : Optional.empty();
  }

  /** Where the piece that begins at {@code start} ends; unpaired surrogates must be gone. */
  int endOfPiece(String text, int start) {
    return switch (this) {
      case GPT2 -> Gpt2PreTokenizer.endOfPiece(text, start);
      case LLAMA3 -> Llama3PreTokenizer.endOfPiece(text, start, 3);
      case QWEN2 -> Llama3PreTokenizer.endOfPiece(text, start, 1);
    };
  }

  private static Optional<PreTokenPattern> named(String regularExpression) {
    for (PreTokenPattern pattern : values()) {
      if (pattern.regularExpression.equals(regularExpression)) {
        return Optional.of(pattern);
      }
    }
    return Optional.empty();
  }

  private static boolean isByteLevel(JsonNode part) {
    return part.path("type").asText().equals("ByteLevel")
        && !part.path("add_prefix_space").asBoolean(true);
  }

  private static boolean isIsolatingSplit(JsonNode part) {
    return part.path("type").asText().equals("Split")
        && part.path("behavior").asText().equals("Isolated")
        && !part.path("invert").asBoolean();
  }
}
