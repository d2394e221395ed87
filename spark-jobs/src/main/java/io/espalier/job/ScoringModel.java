package io.espalier.job;

import java.io.Serializable;

/**
 * A model that documents are scored with.
 *
 * @param name {@code expert/legal}, {@code dense}
 * @param hash SHA-256 of its manifest
 * @param domain of an expert; empty for any other
 */
record ScoringModel(String name, String hash, String domain) implements Serializable {
  private static final long serialVersionUID = 1L;
}
