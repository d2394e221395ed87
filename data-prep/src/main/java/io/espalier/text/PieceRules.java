package io.espalier.text;

import com.fasterxml.jackson.databind.JsonNode;
import io.espalier.config.ConfigException;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What must hold for a text's ids to be those of its pre-tokens, one after the other: a byte-level
 * BPE whose pre-tokens are cut by a known pattern. Then a pre-token's ids depend on it alone, and
 * need to be asked for only once.
 *
 * <p>Texts for which that isn't sure go to the library whole: those that hold an added token of the
 * vocabulary, which is cut out first; and under NFC those with code points that the JDK doesn't
 * know, because only the composition of assigned ones is the same in every version of Unicode.
 *
 * @param addedTokens contents of added tokens that aren't special
 */
record PieceRules(PreTokenPattern pattern, boolean composed, List<String> addedTokens) {
  /** Below the first combining mark every text is composed. */
  private static final char FIRST_COMBINING = 0x300;

  PieceRules {
    addedTokens = List.copyOf(addedTokens);
  }

  /**
   * The rules of a tokenizer.json.
   *
   * @throws ConfigException with the reason, if its texts can't be encoded piece by piece
   */
  static PieceRules of(JsonNode tokenizer) {
    JsonNode model = tokenizer.path("model");
    // The oldest files, GPT-2's among them, don't name the type; merges are what makes it BPE.
    require(model.path("type").asText("BPE").equals("BPE") && model.has("merges"), "model", model);
    require(model.path("dropout").asDouble(0) == 0, "model.dropout", model.path("dropout"));
    JsonNode normalizer = tokenizer.path("normalizer");
    boolean composed = normalizer.path("type").asText().equals("NFC");
    require(
        composed || normalizer.isNull() || normalizer.isMissingNode(), "normalizer", normalizer);
    JsonNode preTokenizer = tokenizer.path("pre_tokenizer");
    Optional<PreTokenPattern> pattern = PreTokenPattern.of(preTokenizer);
    require(pattern.isPresent(), "pre_tokenizer", preTokenizer);
    List<String> added = new ArrayList<>();
    for (JsonNode token : tokenizer.path("added_tokens")) {
      if (!token.path("special").asBoolean()) {
        added.add(token.path("content").asText());
        added.add(Normalizer.normalize(token.path("content").asText(), Normalizer.Form.NFC));
      }
    }
    return new PieceRules(pattern.orElseThrow(), composed, added.stream().distinct().toList());
  }

  /**
   * The text as it is to be cut; nothing if the library must see all of it.
   *
   * @param text without unpaired surrogates
   */
  Optional<String> prepared(String text) {
    if (addedTokens.stream().anyMatch(text::contains)) {
      return Optional.empty();
    }
    if (!composed || isPlain(text)) {
      return Optional.of(text);
    }
    if (text.codePoints().anyMatch(c -> Character.getType(c) == Character.UNASSIGNED)) {
      return Optional.empty();
    }
    String normal = Normalizer.normalize(text, Normalizer.Form.NFC);
    return addedTokens.stream().anyMatch(normal::contains) ? Optional.empty() : Optional.of(normal);
  }

  private static boolean isPlain(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= FIRST_COMBINING) {
        return false;
      }
    }
    return true;
  }

  private static void require(boolean holds, String key, JsonNode value) {
    if (!holds) {
      String type = value.path("type").asText("");
      throw new ConfigException(
          "%s is %s, so texts are encoded whole; a cache of pre-tokens needs byte-level BPE without dropout, normalizer null or NFC, and the pre_tokenizer of GPT-2, Llama 3 or Qwen 2"
              .formatted(key, type.isEmpty() ? shortened(value.toString()) : type));
    }
  }

  private static String shortened(String json) {
    return json.length() <= 60 ? json : json.substring(0, 60) + "…";
  }
}
