package io.espalier.prep;

import io.espalier.prep.input.FileDigest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.text.Normalizer;
import java.util.HexFormat;
import java.util.Locale;

/**
 * Texts with the same key count as the same text. What doesn't matter: case, amount and kind of
 * white space, typographic or plain quotes and dashes, Unicode form. What is left is hashed with
 * SHA-256, since a collision would drop a document.
 */
final class DuplicateKey {
  private DuplicateKey() {}

  /** 64 hexadecimal digits. */
  static String of(String text) {
    MessageDigest digest = FileDigest.sha256();
    return HexFormat.of().formatHex(digest.digest(essence(text).getBytes(StandardCharsets.UTF_8)));
  }

  static String essence(String text) {
    String folded = Normalizer.normalize(text, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
    StringBuilder essence = new StringBuilder(folded.length());
    boolean space = false;
    for (int i = 0; i < folded.length(); i++) {
      char c = folded.charAt(i);
      if (Character.isWhitespace(c) || Character.isSpaceChar(c)) {
        space = true;
      } else if (Character.getType(c) != Character.FORMAT) {
        if (space && !essence.isEmpty()) {
          essence.append(' ');
        }
        space = false;
        essence.append(plain(c));
      }
    }
    return essence.toString();
  }

  private static char plain(char c) {
    return switch (c) {
      case '\u2018', '\u2019', '\u201A', '\u201B', '\u2032', '\u00B4', '`' -> '\'';
      case '\u201C', '\u201D', '\u201E', '\u201F', '\u2033', '\u00AB', '\u00BB' -> '"';
      case '\u2010', '\u2011', '\u2012', '\u2013', '\u2014', '\u2212' -> '-';
      default -> c;
    };
  }
}
