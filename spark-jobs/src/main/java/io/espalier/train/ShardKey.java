package io.espalier.train;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What a local shard holds, and so the name under which tasks of a host share it.
 *
 * @param table identity of the sequences table: its Delta table id, or its path where paths aren't
 *     used twice
 * @param version the pinned table version
 */
public record ShardKey(String table, long version, String domain, String split)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Different contents have different names: a readable part, then a hash of everything. */
  public String fileName() {
    return "%s-%s-v%d-%s".formatted(readable(domain), readable(split), version, hash());
  }

  private static String readable(String name) {
    String safe = name.replaceAll("[^A-Za-z0-9_.]", "_");
    return safe.substring(0, Math.min(40, safe.length()));
  }

  private String hash() {
    byte[] everything =
        String.join("\0", table, Long.toString(version), domain, split)
            .getBytes(StandardCharsets.UTF_8);
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(everything);
      return HexFormat.of().formatHex(digest, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }
}
