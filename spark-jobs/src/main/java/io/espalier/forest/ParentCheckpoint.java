package io.espalier.forest;

import java.io.Serializable;

/**
 * A checkpoint that another was branched or averaged from.
 *
 * @param checkpoint its name, like {@code seed}
 * @param hash SHA-256 of its manifest, lower-case hexadecimal
 */
public record ParentCheckpoint(String checkpoint, String hash) implements Serializable {
  private static final long serialVersionUID = 1L;
}
