package io.espalier.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ObjIntConsumer;

/** What a tokenizer.json says of its tokens, read without the native library. */
final class Vocabulary {
  /** Code points that Unicode promises never to assign. */
  private static final String NONCHARACTERS = "\uffff\ufdd0\uffff";

  private final int size;
  private final int[] bytesOfToken;
  private final BitSet special = new BitSet();
  private final Map<Integer, String> specialTokensOutsideModel = new TreeMap<>();

  Vocabulary(JsonNode tokenizer) {
    int[] largest = {-1};
    forEachToken(tokenizer, (token, id) -> largest[0] = Math.max(largest[0], id));
    this.size = largest[0] + 1;
    this.bytesOfToken = new int[size];
    boolean byteLevel = isByteLevel(tokenizer.path("decoder"));
    BitSet inModel = new BitSet();
    forEachModelToken(
        tokenizer,
        (token, id) -> {
          inModel.set(id);
          bytesOfToken[id] = byteLevel ? token.length() : plain(token);
        });
    for (JsonNode added : tokenizer.path("added_tokens")) {
      int id = added.path("id").asInt();
      String content = added.path("content").asText();
      bytesOfToken[id] = utf8Length(content);
      special.set(id, added.path("special").asBoolean());
      if (added.path("special").asBoolean() && !inModel.get(id)) {
        specialTokensOutsideModel.put(id, content);
      }
    }
  }

  /** One more than the largest id. */
  int size() {
    return size;
  }

  /** Special tokens that {@link #forText} takes away from the library, by id. */
  Map<Integer, String> specialTokensOutsideModel() {
    return specialTokensOutsideModel;
  }

  /**
   * Shares out the bytes of a text over its tokens: exact where a token's spelling says how many
   * bytes it stands for, in proportion where the tokenizer changed the text first. The shares
   * always add up to {@code totalBytes}.
   */
  int[] bytesPerToken(int[] ids, int totalBytes) {
    long spelled = 0;
    for (int id : ids) {
      spelled += bytesOfToken[id];
    }
    int[] shares = new int[ids.length];
    long spelledSoFar = 0;
    long sharedSoFar = 0;
    for (int i = 0; i < ids.length; i++) {
      spelledSoFar += spelled == 0 ? 0 : bytesOfToken[ids[i]];
      long upToHere =
          i == ids.length - 1 || spelled == 0
              ? (long) totalBytes * (i + 1) / ids.length
              : totalBytes * spelledSoFar / spelled;
      shares[i] = (int) (upToHere - sharedSoFar);
      sharedSoFar = upToHere;
    }
    return shares;
  }

  /** The bytes that the tokens' spellings say. */
  int[] spelledBytes(int[] ids) {
    int[] bytes = new int[ids.length];
    for (int i = 0; i < ids.length; i++) {
      bytes[i] = special.get(ids[i]) ? 0 : bytesOfToken[ids[i]];
    }
    return bytes;
  }

  /**
   * The tokenizer without its special tokens, truncation and padding: text that happens to spell a
   * special token is then text like any other, and nothing is cut off.
   *
   * <p>The library numbers added tokens by their order, so one outside the model leaves a stand-in
   * that no text holds: without it the tokens after it would have other ids.
   */
  static String forText(JsonNode tokenizer) {
    ObjectNode copy = tokenizer.deepCopy();
    copy.putNull("truncation");
    copy.putNull("padding");
    ArrayNode kept = TokenizerFile.MAPPER.createArrayNode();
    Set<String> model = new HashSet<>();
    forEachModelToken(tokenizer, (token, id) -> model.add(token));
    for (JsonNode added : tokenizer.path("added_tokens")) {
      if (!added.path("special").asBoolean()) {
        kept.add(added);
      } else if (!model.contains(added.path("content").asText())) {
        kept.add(standIn(added.deepCopy()));
      }
    }
    copy.set("added_tokens", kept);
    return copy.toString();
  }

  private static ObjectNode standIn(ObjectNode added) {
    return added
        .put("content", NONCHARACTERS + added.path("id").asInt())
        .put("special", false)
        .put("normalized", false)
        .put("lstrip", false)
        .put("rstrip", false)
        .put("single_word", false);
  }

  private static void forEachToken(JsonNode tokenizer, ObjIntConsumer<String> consumer) {
    forEachModelToken(tokenizer, consumer);
    for (JsonNode added : tokenizer.path("added_tokens")) {
      consumer.accept(added.path("content").asText(), added.path("id").asInt());
    }
  }

  private static void forEachModelToken(JsonNode tokenizer, ObjIntConsumer<String> consumer) {
    JsonNode vocabulary = tokenizer.path("model").path("vocab");
    if (vocabulary.isArray()) {
      // Unigram models list [token, score]; a token's id is its place.
      for (int id = 0; id < vocabulary.size(); id++) {
        consumer.accept(vocabulary.get(id).path(0).asText(), id);
      }
    } else {
      vocabulary
          .properties()
          .forEach(entry -> consumer.accept(entry.getKey(), entry.getValue().asInt()));
    }
  }

  private static boolean isByteLevel(JsonNode decoder) {
    if (decoder.path("type").asText().equals("ByteLevel")) {
      return true;
    }
    for (JsonNode part : decoder.path("decoders")) {
      if (isByteLevel(part)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Bytes of a token that is spelled as text, with SentencePiece's signs for a space and a byte.
   */
  private static int plain(String token) {
    return token.matches("<0x[0-9A-Fa-f]{2}>") ? 1 : utf8Length(token.replace('\u2581', ' '));
  }

  private static int utf8Length(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
