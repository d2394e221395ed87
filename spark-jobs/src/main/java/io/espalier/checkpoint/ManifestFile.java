package io.espalier.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.espalier.config.FormatException;
import java.nio.charset.StandardCharsets;

/** A manifest as text: JSON whose last field is the hash of all before it. */
final class ManifestFile {
  static final String NAME = "manifest.json";

  private static final String HASH_FIELD = "manifest_sha256";
  private static final String HASH_PREFIX = ",\n  \"" + HASH_FIELD + "\" : \"";
  private static final String HASH_SUFFIX = "\"\n}\n";
  private static final String BODY_END = "\n}";

  private ManifestFile() {}

  static byte[] encode(Manifest manifest) {
    String body = Json.pretty(manifest);
    String hash = Sha256.hex(body.getBytes(StandardCharsets.UTF_8));
    String open = body.substring(0, body.length() - BODY_END.length());
    return (open + HASH_PREFIX + hash + HASH_SUFFIX).getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Reads a manifest.
   *
   * @param file what to call it in messages
   * @throws FormatException if it is of another version, or isn't what was written
   */
  static Manifest decode(String file, byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    try {
      ObjectNode node = object(file, Json.MAPPER.readTree(text));
      int version = node.path("format_version").asInt();
      if (version != Manifest.FORMAT_VERSION) {
        throw new FormatException(
            "%s has format_version %s, but this version of Espalier reads %d"
                .formatted(file, node.path("format_version"), Manifest.FORMAT_VERSION));
      }
      checkHash(file, text, node);
      node.remove(HASH_FIELD);
      return Json.MAPPER.treeToValue(node, Manifest.class);
    } catch (JsonProcessingException e) {
      throw new FormatException(
          "%s isn't a whole manifest: %s".formatted(file, e.getOriginalMessage()), e);
    }
  }

  private static ObjectNode object(String file, JsonNode node) {
    if (node instanceof ObjectNode object) {
      return object;
    }
    throw new FormatException("%s isn't a manifest: it holds no JSON object".formatted(file));
  }

  private static void checkHash(String file, String text, ObjectNode node) {
    int at = text.lastIndexOf(HASH_PREFIX);
    String written = node.path(HASH_FIELD).asText();
    boolean whole =
        at >= 0
            && text.substring(at).equals(HASH_PREFIX + written + HASH_SUFFIX)
            && Sha256.hex((text.substring(0, at) + BODY_END).getBytes(StandardCharsets.UTF_8))
                .equals(written);
    if (!whole) {
      throw new FormatException(
          "%s was changed after it was written: its %s doesn't fit".formatted(file, HASH_FIELD));
    }
  }
}
