package io.espalier.evaluate;

import java.io.Serializable;

/**
 * A checkpoint whose log-probabilities are in {@code scores}.
 *
 * @param checkpoint {@code seed}, {@code dense}, {@code expert/<domain>}, {@code merged/<name>} or
 *     {@code merged/<name>/<target domain>}; the second of a domain or name has {@code @2} behind
 *     it
 * @param hash SHA-256 of its manifest
 */
public record ScoredModel(String checkpoint, String hash) implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final String EXPERT = "expert/";
  private static final String MERGED = "merged/";

  /** Whether it takes part in ensembles. */
  public boolean isExpert() {
    return checkpoint.startsWith(EXPERT);
  }

  /**
   * The name its figures on a domain appear under: without {@code @2}, since one of them takes part
   * at a time, and the hash says which. A merge made for that very domain appears under the merge's
   * name alone, so that a merge reads as one model across domains.
   */
  String model(String domain) {
    String name = checkpoint.replaceFirst("@[0-9]+(?=/|$)", "");
    String own = "/" + domain;
    boolean madeForDomain =
        name.startsWith(MERGED)
            && name.endsWith(own)
            && name.length() > MERGED.length() + own.length();
    return madeForDomain ? name.substring(0, name.length() - own.length()) : name;
  }
}
