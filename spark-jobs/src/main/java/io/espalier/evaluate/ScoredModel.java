package io.espalier.evaluate;

import java.io.Serializable;

/**
 * A checkpoint whose log-probabilities are in {@code scores}.
 *
 * @param checkpoint {@code seed}, {@code dense}, {@code expert/<domain>}, {@code merged/<name>} or
 *     {@code merged/<name>/<target domain>}
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
   * The name its figures on a domain appear under: a merge made for that very domain appears under
   * the merge's name alone, so that a merge reads as one model across domains.
   */
  String model(String domain) {
    String own = "/" + domain;
    boolean madeForDomain =
        checkpoint.startsWith(MERGED)
            && checkpoint.endsWith(own)
            && checkpoint.length() > MERGED.length() + own.length();
    return madeForDomain ? checkpoint.substring(0, checkpoint.length() - own.length()) : checkpoint;
  }
}
