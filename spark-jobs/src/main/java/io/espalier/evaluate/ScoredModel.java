package io.espalier.evaluate;

import java.io.Serializable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A checkpoint whose log-probabilities are in {@code scores}.
 *
 * @param checkpoint {@code seed}, {@code dense}, {@code expert/<domain>}, {@code merged/<name>} or
 *     {@code merged/<name>/<target domain>}; those of a study's trial after {@code trials/<trial>/}
 * @param hash SHA-256 of its manifest
 */
public record ScoredModel(String checkpoint, String hash) implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final Pattern NAME =
      Pattern.compile(
          "(?<forest>(?:trials/[^/]+/)?)(?:(?:expert/(?<expert>.+))|(?:merged/(?<merge>.+))|.*)");

  /** Whether it takes part in ensembles. */
  public boolean isExpert() {
    return name().group("expert") != null;
  }

  /**
   * What stands before the names of its forest's checkpoints: empty for the run's own forest,
   * {@code trials/<trial>/} for that of a trial. A forest's ensembles are made of its experts
   * alone.
   */
  public String forest() {
    return name().group("forest");
  }

  /** The domain of an expert; of any other checkpoint the empty string. */
  public String expertOf() {
    String expert = name().group("expert");
    return expert == null ? "" : expert;
  }

  /**
   * The name its figures on a domain appear under: a merge made for that very domain appears under
   * the merge's name alone, so that a merge reads as one model across domains.
   */
  String model(String domain) {
    String merge = name().group("merge");
    String own = "/" + domain;
    return merge != null && merge.endsWith(own) && merge.length() > own.length()
        ? checkpoint.substring(0, checkpoint.length() - own.length())
        : checkpoint;
  }

  private Matcher name() {
    Matcher matcher = NAME.matcher(checkpoint);
    if (!matcher.matches()) {
      throw new IllegalStateException("every name matches, but not " + checkpoint);
    }
    return matcher;
  }
}
